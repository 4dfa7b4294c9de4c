package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

// errForeignEntry refuses to change an entry that is not the site's own.
var errForeignEntry = errkind.New(errkind.Forbidden, "web: the entry holds for the whole node")

// errNoEntry hides entries of other sites.
var errNoEntry = errkind.New(errkind.NotFound, "web: there is no such entry")

func (s *Server) listRoutes(r router) {
	guarded(r, permSupervise, "GET /api/lists/{list}", "VIP list or blacklist 名单", s.listedNumbers)
	guarded(r, permSupervise, "POST /api/lists/{list}", "Put a number on a list", s.addListed)
	guarded(r, permSupervise, "PUT /api/lists/entries/{id}", "Change reason, priority or end of an entry", s.changeListed)
	guarded(r, permSupervise, "POST /api/lists/entries/{id}/end", "End an entry", s.endListed)
	guarded(r, permSupervise, "POST /api/lists/entries/{id}/reveal", "Show the number; written to the audit log", s.revealListed)
}

// ListEntry is a number on a list.
type ListEntry struct {
	ID          string     `json:"id"`
	List        string     `json:"list" enum:"vip,black"`
	Number      string     `json:"number" doc:"Masked; a prefix is shown whole"`
	Prefix      bool       `json:"prefix" doc:"Every number that begins so"`
	WholeNode   bool       `json:"wholeNode"`
	Priority    int        `json:"priority" doc:"Of a VIP: 1 to 5, the higher the earlier; else 0"`
	Reason      string     `json:"reason"`
	Notes       string     `json:"notes"`
	From        time.Time  `json:"from"`
	Until       *time.Time `json:"until" doc:"Null: for good"`
	AddedBy     string     `json:"addedBy"`
	AddedByName string     `json:"addedByName"`
	AddedAt     time.Time  `json:"addedAt"`
	EndedAt     *time.Time `json:"endedAt"`
	EndedBy     string     `json:"endedBy" doc:"Empty: it ended by itself"`
	EndedByName string     `json:"endedByName"`
	EndReason   string     `json:"endReason"`
	Mine        bool       `json:"mine" doc:"You may change it"`
}

func (s *Server) viewListed(ctx context.Context, l directory.Listed) ListEntry {
	me := who(ctx).person
	v := ListEntry{
		ID: l.ID, List: string(l.List), Number: Mask(l.Number), Prefix: l.Prefix, WholeNode: l.Site == "", Priority: l.Priority,
		Reason: l.Reason, Notes: l.Notes, From: l.From.UTC(), Until: moment(l.Until), AddedBy: l.AddedBy, AddedByName: s.names.person(ctx, l.AddedBy),
		AddedAt: l.AddedAt.UTC(), EndedAt: moment(l.EndedAt), EndedBy: l.EndedBy, EndedByName: s.names.person(ctx, l.EndedBy),
		EndReason: l.EndReason, Mine: me.Site == "" || me.Site == l.Site,
	}
	if l.Prefix {
		v.Number = l.Number
	}
	return v
}

// ListInput names a list. It is exported because huma binds no other embedded struct.
type ListInput struct {
	List string `path:"list" enum:"vip,black"`
}

type listedInput struct {
	ListInput
	PageInput
	Ended  bool   `query:"ended" doc:"The history instead of what holds now, or will"`
	Number string `query:"q" maxLength:"30" doc:"A whole number: what it is listed for"`
}

type listedOutput struct {
	Body struct {
		Items []ListEntry `json:"items"`
		Total int         `json:"total"`
	}
}

func (s *Server) listedNumbers(ctx context.Context, in *listedInput) (*listedOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	out := &listedOutput{}
	out.Body.Items = []ListEntry{}
	if in.Number != "" && directory.Normalise(in.Number) == "" {
		return out, nil // letters are nobody's number
	}
	found, total, err := s.Numbers.ListedNumbers(ctx, directory.ListFilter{
		Site: site, List: directory.List(in.List), Ended: in.Ended, Number: in.Number, Limit: in.PageSize, Offset: (in.Page - 1) * in.PageSize,
	}, time.Now())
	if err != nil {
		return nil, err
	}
	out.Body.Total = total
	for _, l := range found {
		out.Body.Items = append(out.Body.Items, s.viewListed(ctx, l))
	}
	return out, nil
}

// ListTerms is what people decide about an entry.
type ListTerms struct {
	Priority int       `json:"priority" minimum:"0" maximum:"5" doc:"Of a VIP: 1 to 5; else 0"`
	Reason   string    `json:"reason" maxLength:"500" doc:"2 to 500 characters"`
	Notes    string    `json:"notes,omitempty" maxLength:"500"`
	Until    time.Time `json:"until,omitzero" doc:"Left out: the usual time, 30 days on the blacklist and a year for VIPs"`
	Forever  bool      `json:"forever,omitempty" doc:"It never ends by itself"`
}

// Usual times of entries.
const (
	usualBlock = 30 * 24 * time.Hour
	usualVIP   = 365 * 24 * time.Hour
)

// end is when an entry ends by itself; zero: never.
func (t ListTerms) end(list directory.List, now time.Time) time.Time {
	switch {
	case t.Forever:
		return time.Time{}
	case !t.Until.IsZero():
		return t.Until
	case list == directory.VIP:
		return now.Add(usualVIP)
	}
	return now.Add(usualBlock)
}

type addListedInput struct {
	ListInput
	Body struct {
		Number    string    `json:"number" maxLength:"40" doc:"In any form"`
		Prefix    bool      `json:"prefix,omitempty"`
		WholeNode bool      `json:"wholeNode,omitempty" doc:"Only for people of the whole node"`
		From      time.Time `json:"from,omitzero" doc:"Left out: now"`
		ListTerms
	}
}

type listEntryOutput struct{ Body ListEntry }

func (s *Server) addListed(ctx context.Context, in *addListedInput) (*listEntryOutput, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	b := in.Body
	if b.WholeNode {
		if me.Site != "" {
			return nil, errForeignEntry
		}
		site = ""
	}
	now := time.Now()
	l, err := s.Numbers.AddListed(ctx, directory.Listed{
		List: directory.List(in.List), Number: b.Number, Prefix: b.Prefix, Site: site, Priority: b.Priority, Reason: b.Reason, Notes: b.Notes,
		From: b.From, Until: b.end(directory.List(in.List), now), AddedBy: me.Number, AddedAt: now,
	})
	if err != nil {
		return nil, err
	}
	return &listEntryOutput{s.viewListed(ctx, l)}, nil
}

// EntryInput names an entry. It is exported because huma binds no other embedded struct.
type EntryInput struct {
	ID string `path:"id" maxLength:"36"`
}

// entry finds an entry that the person may see, or change.
func (s *Server) entry(ctx context.Context, id string, change bool) (directory.Listed, error) {
	l, err := s.Numbers.Listed(ctx, id, time.Now())
	if err != nil {
		return l, err
	}
	switch me := who(ctx).person; {
	case me.Site == "" || me.Site == l.Site:
		return l, nil
	case l.Site != "":
		return directory.Listed{}, errNoEntry
	case change:
		return directory.Listed{}, errForeignEntry
	}
	return l, nil
}

type changeListedInput struct {
	EntryInput
	Body ListTerms
}

func (s *Server) changeListed(ctx context.Context, in *changeListedInput) (*listEntryOutput, error) {
	l, err := s.entry(ctx, in.ID, true)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	l.Priority, l.Reason, l.Notes, l.Until = in.Body.Priority, in.Body.Reason, in.Body.Notes, in.Body.end(l.List, now)
	if l, err = s.Numbers.ChangeListed(ctx, who(ctx).person.Number, l, now); err != nil {
		return nil, err
	}
	return &listEntryOutput{s.viewListed(ctx, l)}, nil
}

type entryReasonInput struct {
	EntryInput
	Body struct {
		Reason string `json:"reason" maxLength:"500" doc:"2 to 500 characters"`
	}
}

func (s *Server) endListed(ctx context.Context, in *entryReasonInput) (*struct{}, error) {
	if _, err := s.entry(ctx, in.ID, true); err != nil {
		return nil, err
	}
	return nil, s.Numbers.EndListed(ctx, who(ctx).person.Number, in.ID, in.Body.Reason, time.Now())
}

type revealedNumber struct {
	Body struct {
		Number string `json:"number"`
	}
}

func (s *Server) revealListed(ctx context.Context, in *entryReasonInput) (*revealedNumber, error) {
	l, err := s.entry(ctx, in.ID, false)
	if err != nil {
		return nil, err
	}
	if err := s.people.RecordReveal(ctx, who(ctx).person.Number, "listed/"+l.ID, in.Body.Reason, time.Now()); err != nil {
		return nil, err
	}
	out := &revealedNumber{}
	out.Body.Number = l.Number
	return out, nil
}
