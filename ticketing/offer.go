package ticketing

import "errors"

// Offer is an action as it is offered to a person.
type Offer struct {
	Action  Action
	Allowed bool
	Next    Words // what will happen then
	Refusal Words // why not, when not allowed
}

// Actions returns what could be done with the ticket in its state, in the
// order of the table, and whether this person may. Only what this program can
// do is offered.
func Actions(t Ticket, p Person) []Offer {
	var offers []Offer
	for _, m := range Moves {
		d, available := deeds[m.Action]
		if !available {
			continue
		}
		err := allowed(t, m.Action, p)
		if errors.As(err, new(*MoveError)) {
			continue
		}
		o := Offer{Action: m.Action, Allowed: err == nil, Next: d.next(t)}
		var role *RoleError
		if errors.As(err, &role) {
			o.Refusal = role.Words()
		}
		offers = append(offers, o)
	}
	return offers
}
