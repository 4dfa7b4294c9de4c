package web

import (
	"context"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

// Numbers is what the edge asks of the directory about telephone numbers:
// contacts, lists and mobile telephones.
type Numbers interface {
	Contacts(ctx context.Context, site string) ([]directory.Contact, error)
	PutContact(ctx context.Context, by string, c directory.Contact, now time.Time) (directory.Contact, error)
	RetireContact(ctx context.Context, by, site, code string, rev int, now time.Time) (directory.Contact, error)
	ContactHistory(ctx context.Context, site, code string) ([]directory.ContactChange, error)
	AddUsualContacts(ctx context.Context, by, site string, now time.Time) (int, error)
	Referrals(ctx context.Context, site string, from, to time.Time) ([]directory.ReferralCount, error)
	Trunks(ctx context.Context) ([]directory.Trunk, error)
	SetMobile(ctx context.Context, by, number, mobile string, now time.Time) error

	ListedNumbers(ctx context.Context, f directory.ListFilter, now time.Time) ([]directory.Listed, int, error)
	Listed(ctx context.Context, entry string, now time.Time) (directory.Listed, error)
	AddListed(ctx context.Context, l directory.Listed) (directory.Listed, error)
	ChangeListed(ctx context.Context, by string, l directory.Listed, now time.Time) (directory.Listed, error)
	EndListed(ctx context.Context, by, entry, reason string, now time.Time) error
	VIP(ctx context.Context, site, number string, now time.Time) (int, error)
}

// errForeignPerson refuses to change somebody of another site.
var errForeignPerson = errkind.New(errkind.NotFound, "web: there is no such person at the site")

func (s *Server) contactRoutes(r router) {
	guarded(r, permSystem, "GET /api/contacts", "Contacts of the site 联络号码, those retired too", s.contacts)
	guarded(r, permSystem, "PUT /api/contacts/{code}", "Add or change a contact", s.putContact)
	guarded(r, permSystem, "POST /api/contacts/{code}/retire", "Take a contact out of use", s.retireContact)
	guarded(r, permSystem, "GET /api/contacts/{code}/history", "Who changed a contact", s.contactHistory)
	guarded(r, permSystem, "POST /api/contacts/usual", "Add the usual contacts that are missing", s.usualContacts)
	guarded(r, permSystem, "GET /api/contacts/referrals", "How often callers were referred to whom", s.referrals)
	guarded(r, permSystem, "GET /api/people/mobiles", "Who may sign in at which mobile telephone", s.mobiles)
	guarded(r, permSystem, "PUT /api/people/{number}/mobile", "Set somebody's mobile number", s.setMobile)
}

// ContactFields is what people write about a contact.
type ContactFields struct {
	Name      string   `json:"name" maxLength:"60"`
	NameEN    string   `json:"nameEn" maxLength:"100"`
	Kind      string   `json:"kind" enum:"referral,site,level,mobile,other"`
	Numbers   []string `json:"numbers" maxItems:"5" doc:"Dialled in this order until one answers"`
	Trunk     string   `json:"trunk" maxLength:"32" doc:"Empty: as the rules for calls to outside say"`
	Emergency bool     `json:"emergency"`
	Told      bool     `json:"told" doc:"Its number may be told to callers"`
	Transfer  bool     `json:"transfer" doc:"Callers may be led to it"`
	Words     string   `json:"words" maxLength:"500" doc:"What to say to the caller"`
	WordsEN   string   `json:"wordsEn" maxLength:"500"`
	Category  string   `json:"category" maxLength:"8" doc:"What a referral is counted as"`
	Position  int      `json:"position" minimum:"0" maximum:"100000"`
}

// ContactView is a contact as the administrator sees it.
type ContactView struct {
	Code string `json:"code"`
	ContactFields
	Active        bool      `json:"active"`
	Rev           int       `json:"rev"`
	ChangedAt     time.Time `json:"changedAt"`
	ChangedBy     string    `json:"changedBy" doc:"Empty: it came with the program"`
	ChangedByName string    `json:"changedByName"`
}

func (s *Server) viewContact(ctx context.Context, c directory.Contact) ContactView {
	return ContactView{
		Code: c.Code, ContactFields: ContactFields{
			c.Name, c.NameEN, string(c.Kind), list(c.Numbers), c.Trunk, c.Emergency, c.Told, c.Transfer, c.Words, c.WordsEN, c.Category, c.Position,
		},
		Active: c.Active, Rev: c.Rev, ChangedAt: c.ChangedAt.UTC(), ChangedBy: c.ChangedBy, ChangedByName: s.names.person(ctx, c.ChangedBy),
	}
}

type contactsOutput struct {
	Body struct {
		Items  []ContactView `json:"items"`
		Trunks []TrunkName   `json:"trunks"`
	}
}

func (s *Server) contacts(ctx context.Context, _ *struct{}) (*contactsOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	found, err := s.Numbers.Contacts(ctx, site)
	if err != nil {
		return nil, err
	}
	trunks, err := s.Numbers.Trunks(ctx)
	if err != nil {
		return nil, err
	}
	out := &contactsOutput{}
	out.Body.Items, out.Body.Trunks = []ContactView{}, viewTrunks(trunks)
	for _, c := range found {
		out.Body.Items = append(out.Body.Items, s.viewContact(ctx, c))
	}
	return out, nil
}

type putContactInput struct {
	Code string `path:"code" maxLength:"32"`
	Body struct {
		ContactFields
		Rev int `json:"rev" minimum:"0" doc:"The state that was changed; 0: add"`
	}
}

type contactOutput struct{ Body ContactView }

func (s *Server) putContact(ctx context.Context, in *putContactInput) (*contactOutput, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	b := in.Body
	c, err := s.Numbers.PutContact(ctx, me.Number, directory.Contact{
		Site: site, Code: in.Code, Name: b.Name, NameEN: b.NameEN, Kind: directory.ContactKind(b.Kind), Numbers: b.Numbers, Trunk: b.Trunk,
		Emergency: b.Emergency, Told: b.Told, Transfer: b.Transfer, Words: b.Words, WordsEN: b.WordsEN, Category: b.Category,
		Position: b.Position, Active: true, Rev: b.Rev,
	}, time.Now())
	if err != nil {
		return nil, err
	}
	return &contactOutput{s.viewContact(ctx, c)}, nil
}

type retireContactInput struct {
	Code string `path:"code" maxLength:"32"`
	Body struct {
		Rev int `json:"rev" minimum:"1"`
	}
}

func (s *Server) retireContact(ctx context.Context, in *retireContactInput) (*contactOutput, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	c, err := s.Numbers.RetireContact(ctx, me.Number, site, in.Code, in.Body.Rev, time.Now())
	if err != nil {
		return nil, err
	}
	return &contactOutput{s.viewContact(ctx, c)}, nil
}

type contactHistoryInput struct {
	Code string `path:"code" maxLength:"32"`
}

// ContactChange is a line of a contact's history.
type ContactChange struct {
	At     time.Time   `json:"at"`
	By     string      `json:"by"`
	ByName string      `json:"byName"`
	Action string      `json:"action" enum:"add,change,retire"`
	As     ContactView `json:"as" doc:"The contact from then on"`
}

type contactHistoryOutput struct{ Body []ContactChange }

func (s *Server) contactHistory(ctx context.Context, in *contactHistoryInput) (*contactHistoryOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	found, err := s.Numbers.ContactHistory(ctx, site, in.Code)
	if err != nil {
		return nil, err
	}
	out := &contactHistoryOutput{Body: []ContactChange{}}
	for _, c := range found {
		c.Body.ChangedAt, c.Body.ChangedBy = c.At, c.Person
		out.Body = append(out.Body, ContactChange{c.At.UTC(), c.Person, s.names.person(ctx, c.Person), c.Action, s.viewContact(ctx, c.Body)})
	}
	return out, nil
}

func (s *Server) usualContacts(ctx context.Context, _ *struct{}) (*contactsOutput, error) {
	me := who(ctx).person
	site, err := s.names.home(ctx, me)
	if err != nil {
		return nil, err
	}
	if _, err := s.Numbers.AddUsualContacts(ctx, me.Number, site, time.Now()); err != nil {
		return nil, err
	}
	return s.contacts(ctx, nil)
}

type referralsInput struct {
	From string `query:"from" required:"true" maxLength:"40" doc:"RFC 3339, or a day as 2026-11-22"`
	To   string `query:"to" required:"true" maxLength:"40" doc:"RFC 3339 (not included), or a day (included)"`
}

// ReferralCount is how many callers were referred to a contact.
type ReferralCount struct {
	Code         string `json:"code"`
	Name         string `json:"name"`
	Category     string `json:"category"`
	CategoryName string `json:"categoryName"`
	Told         int    `json:"told" doc:"Told only"`
	Transferred  int    `json:"transferred"`
}

type referralsOutput struct{ Body []ReferralCount }

func (s *Server) referrals(ctx context.Context, in *referralsInput) (*referralsOutput, error) {
	site, err := s.names.home(ctx, who(ctx).person)
	if err != nil {
		return nil, err
	}
	from, err := when(in.From, false)
	if err != nil {
		return nil, err
	}
	to, err := when(in.To, true)
	if err != nil {
		return nil, err
	}
	found, err := s.Numbers.Referrals(ctx, site, from, to)
	if err != nil {
		return nil, err
	}
	out := &referralsOutput{Body: []ReferralCount{}}
	for _, c := range found {
		out.Body = append(out.Body, ReferralCount{
			c.Code, c.Name, c.Category, s.names.category(ctx, c.Category, languageOf(ctx)), c.Told, c.Transferred,
		})
	}
	return out, nil
}

// PersonMobile is somebody's mobile telephone.
type PersonMobile struct {
	Number string `json:"number"`
	Name   string `json:"name"`
	Agent  bool   `json:"agent" doc:"Takes calls"`
	Mobile string `json:"mobile" doc:"Masked"`
}

type mobilesOutput struct{ Body []PersonMobile }

func (s *Server) mobiles(ctx context.Context, _ *struct{}) (*mobilesOutput, error) {
	people, err := s.people.People(ctx, who(ctx).person.Site)
	if err != nil {
		return nil, err
	}
	out := &mobilesOutput{Body: []PersonMobile{}}
	for _, p := range people {
		if p.Active {
			out.Body = append(out.Body, PersonMobile{p.Number, p.Name, p.Has(directory.Agent, directory.Supervisor), Mask(p.Mobile)})
		}
	}
	return out, nil
}

type setMobileInput struct {
	Number string `path:"number" maxLength:"16"`
	Body   struct {
		Mobile string `json:"mobile" maxLength:"30" doc:"Empty: none"`
	}
}

func (s *Server) setMobile(ctx context.Context, in *setMobileInput) (*struct{}, error) {
	me := who(ctx).person
	p, err := s.people.Person(ctx, in.Number)
	if err != nil {
		return nil, err
	}
	if me.Site != "" && p.Site != me.Site {
		return nil, errForeignPerson
	}
	return nil, s.Numbers.SetMobile(ctx, me.Number, p.Number, in.Body.Mobile, time.Now())
}
