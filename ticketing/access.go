package ticketing

import "slices"

// Person is who asks or acts: an employee number, the site the person works
// for, and the roles there.
type Person struct {
	ID    string
	Site  string
	Roles []Role
}

func (p Person) is(r Role) bool { return slices.Contains(p.Roles, r) }

// MaySee reports whether the ticket exists for this person: it is of the
// person's site, and a draft (also a cancelled one, which never had a number)
// is of its owner or under a supervisor's eyes. Tickets that involve two sites
// come with the issue that makes such tickets.
func (p Person) MaySee(t Ticket) bool {
	if p.Site == "" || p.Site != t.Site {
		return false
	}
	private := t.State == Draft || t.Number == ""
	return !private || t.Owner == p.ID || p.is(RoleSupervisor)
}

// MayReveal reports whether the caller of the ticket may be shown in full to
// this person, who says why and is written down. The caller of a confidential
// ticket is known only to who took the call and to supervisors, until an
// approver can be asked.
func (p Person) MayReveal(t Ticket) bool {
	return p.MaySee(t) && (!t.Caller.Confidential || t.Owner == p.ID || p.is(RoleSupervisor))
}
