package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/yihaotong/yihaotong/internal/errkind"
)

// ContactKind sorts contacts.
type ContactKind string

// The kinds.
const (
	Referral   ContactKind = "referral" // another service: rescue, railway, post, an airline
	OtherSite  ContactKind = "site"     // another city's hotline
	OtherLevel ContactKind = "level"    // the province's or the ministry's
	DutyMobile ContactKind = "mobile"   // somebody on duty 值班手机
	OtherKind  ContactKind = "other"
)

// Contact 联络号码 is whom else an agent, or a flow, may tell a caller about, ask,
// or lead the caller to.
type Contact struct {
	Site      string      `json:"site"`
	Code      string      `json:"code"` // as 12122, province; unique in the site
	Name      string      `json:"name"`
	NameEN    string      `json:"name_en"`
	Kind      ContactKind `json:"kind"`
	Numbers   []string    `json:"numbers"` // dialled in this order until one answers
	Trunk     string      `json:"trunk"`   // empty: as the rules for calls to outside say
	Emergency bool        `json:"emergency"`
	Told      bool        `json:"told"`     // its number may be told to callers
	Transfer  bool        `json:"transfer"` // callers may be led to it
	Words     string      `json:"words"`    // what to say to the caller
	WordsEN   string      `json:"words_en"`
	Category  string      `json:"category"` // what a referral is counted as; empty: none
	Position  int         `json:"position"`
	Active    bool        `json:"active"`
	Rev       int         `json:"rev"` // counts changes, from 1
	ChangedAt time.Time   `json:"-"`
	ChangedBy string      `json:"-"` // empty: it came with the program
}

// ErrStaleContact refuses a change that was made to an older state.
var ErrStaleContact = errkind.New(errkind.Conflict, "directory: somebody else has changed the contact")

var (
	contactShape  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,31}$`)
	outsideShape  = regexp.MustCompile(`^[0-9]{3,20}$`)
	categoryShape = regexp.MustCompile(`^([0-9]{2}){0,4}$`)
	contactKinds  = []ContactKind{Referral, OtherSite, OtherLevel, DutyMobile, OtherKind}
)

// clean brings a contact from outside into its usual form.
func (c Contact) clean() Contact {
	for _, s := range []*string{&c.Name, &c.NameEN, &c.Words, &c.WordsEN} {
		*s = strings.TrimSpace(*s)
	}
	var numbers []string
	for _, n := range c.Numbers {
		n = strings.Map(func(r rune) rune {
			if strings.ContainsRune(" -()（）", r) {
				return -1
			}
			return r
		}, n)
		if n != "" && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	c.Numbers = numbers
	return c
}

// check tells what is wrong with a contact that somebody wants to keep.
func (c Contact) check() error {
	for text, most := range map[string]int{c.Name: 60, c.NameEN: 100, c.Words: 500, c.WordsEN: 500} {
		if utf8.RuneCountInString(text) > most || !storable(text) {
			return invalid("contact %.40q: a text is longer than %d characters", c.Code, most)
		}
	}
	switch {
	case !contactShape.MatchString(c.Code):
		return invalid("contact code %.40q: want 1 to 32 small letters, digits, - or _", c.Code)
	case c.Name == "":
		return invalid("contact %s needs a name", c.Code)
	case !slices.Contains(contactKinds, c.Kind):
		return invalid("contact %s: there is no kind %.20q", c.Code, c.Kind)
	case len(c.Numbers) == 0 && c.Active, len(c.Numbers) > 5:
		return invalid("contact %s needs one to five numbers", c.Code)
	case !categoryShape.MatchString(c.Category):
		return invalid("contact %s: %.20q is not the code of a category", c.Code, c.Category)
	case c.Active && !c.Told && !c.Transfer && c.Kind == Referral:
		return invalid("contact %s is of no use: it is neither told nor transferred to", c.Code)
	}
	for _, n := range c.Numbers {
		if !outsideShape.MatchString(n) {
			return invalid("contact %s: %.30q is not a number of 3 to 20 digits", c.Code, n)
		}
	}
	return nil
}

const selectContact = `
	SELECT site, code, name, name_en, kind, numbers, coalesce(trunk, '') AS trunk, emergency, told, transfer,
	       words, words_en, category, position, active, rev, changed_at, changed_by
	FROM directory.contact `

// Contacts returns the contacts of a site in the order shown to people, those
// retired too.
func (s *Store) Contacts(ctx context.Context, site string) ([]Contact, error) {
	found, err := collect[Contact](ctx, s.db, selectContact+`WHERE site = $1 ORDER BY position, code`, site)
	if err != nil {
		return nil, fmt.Errorf("directory: read contacts of site %s: %w", site, err)
	}
	return found, nil
}

// Contact returns one contact, retired or not, or ErrNotFound.
func (s *Store) Contact(ctx context.Context, site, code string) (Contact, error) {
	if !contactShape.MatchString(code) || !regionShape.MatchString(site) {
		return Contact{}, fmt.Errorf("contact: %w", ErrNotFound)
	}
	found, err := collect[Contact](ctx, s.db, selectContact+`WHERE site = $1 AND code = $2`, site, code)
	if err != nil {
		return Contact{}, fmt.Errorf("directory: read contact %s of site %s: %w", code, site, err)
	}
	if len(found) == 0 {
		return Contact{}, fmt.Errorf("contact %s: %w", code, ErrNotFound)
	}
	return found[0], nil
}

// PutContact adds a contact (Rev 0) or replaces the state Rev of it, and
// returns it as kept. Somebody else's change in between is ErrStaleContact; an
// added code that is there already is ErrExists.
func (s *Store) PutContact(ctx context.Context, by string, c Contact, now time.Time) (Contact, error) {
	c = c.clean()
	if err := c.check(); err != nil {
		return Contact{}, err
	}
	action := "change"
	if c.Rev == 0 {
		action = "add"
	}
	return s.keepContact(ctx, by, c, action, now)
}

// RetireContact takes a contact out of use. Putting it again with Active brings
// it back.
func (s *Store) RetireContact(ctx context.Context, by, site, code string, rev int, now time.Time) (Contact, error) {
	c, err := s.Contact(ctx, site, code)
	if err != nil {
		return Contact{}, err
	}
	if c.Rev != rev {
		return Contact{}, ErrStaleContact
	}
	c.Active = false
	return s.keepContact(ctx, by, c, "retire", now)
}

// keepContact writes a contact and its history.
func (s *Store) keepContact(ctx context.Context, by string, c Contact, action string, now time.Time) (Contact, error) {
	was := c.Rev
	c.Rev, c.ChangedAt, c.ChangedBy = was+1, now, by
	if c.Numbers == nil {
		c.Numbers = []string{}
	}
	body, err := json.Marshal(c)
	if err != nil {
		return Contact{}, fmt.Errorf("directory: write contact %s down: %w", c.Code, err)
	}
	tag, err := s.db.Exec(ctx, `
		WITH kept AS (
			INSERT INTO directory.contact AS c (site, code, name, name_en, kind, numbers, trunk, emergency, told, transfer,
			    words, words_en, category, position, active, rev, changed_at, changed_by)
			SELECT $1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9, $10, $11, $12, $13, $14, $15, 1, $17, $18
			WHERE $16 = 0 OR EXISTS (SELECT FROM directory.contact WHERE site = $1 AND code = $2)
			ON CONFLICT (site, code) DO UPDATE SET name = $3, name_en = $4, kind = $5, numbers = $6, trunk = nullif($7, ''),
			    emergency = $8, told = $9, transfer = $10, words = $11, words_en = $12, category = $13, position = $14,
			    active = $15, rev = c.rev + 1, changed_at = $17, changed_by = $18
			WHERE c.rev = $16
			RETURNING c.site, c.code, c.rev)
		INSERT INTO directory.contact_log (site, code, rev, at, person, action, body)
		SELECT site, code, rev, $17, $18, $19, $20 FROM kept`,
		c.Site, c.Code, c.Name, c.NameEN, c.Kind, c.Numbers, c.Trunk, c.Emergency, c.Told, c.Transfer,
		c.Words, c.WordsEN, c.Category, c.Position, c.Active, was, now, by, action, string(body))
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "23503" { // foreign_key_violation
		return Contact{}, invalid("contact %s names a site or a trunk that is not there", c.Code)
	}
	if err != nil {
		return Contact{}, fmt.Errorf("directory: keep contact %s of site %s: %w", c.Code, c.Site, err)
	}
	switch {
	case tag.RowsAffected() == 1:
		return c, nil
	case was == 0:
		return Contact{}, fmt.Errorf("contact %s: %w", c.Code, ErrExists)
	}
	return Contact{}, ErrStaleContact
}

// ContactChange is a line of a contact's history.
type ContactChange struct {
	Rev    int
	At     time.Time
	Person string
	Action string  // add, change, retire
	Body   Contact // as it was from then on
}

// ContactHistory returns the changes of a contact, newest first.
func (s *Store) ContactHistory(ctx context.Context, site, code string) ([]ContactChange, error) {
	if _, err := s.Contact(ctx, site, code); err != nil {
		return nil, err
	}
	found, err := collect[ContactChange](ctx, s.db, `
		SELECT rev, at, person, action, body FROM directory.contact_log
		WHERE site = $1 AND code = $2 ORDER BY rev DESC LIMIT 100`, site, code)
	if err != nil {
		return nil, fmt.Errorf("directory: read the history of contact %s: %w", code, err)
	}
	return found, nil
}

// AddUsualContacts adds those contacts that every hotline refers callers to,
// where they are missing, and returns how many it added.
func (s *Store) AddUsualContacts(ctx context.Context, by, site string, now time.Time) (int, error) {
	added := 0
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) (err error) {
		added, err = addContacts(ctx, tx, by, site, usualContacts, now)
		return err
	})
	return added, err
}

func addContacts(ctx context.Context, tx pgx.Tx, by, site string, contacts []Contact, now time.Time) (int, error) {
	added := 0
	for i, c := range contacts {
		c.Site, c.Position, c.Rev = site, 10*(i+1), 1
		if c.Numbers == nil {
			c.Numbers = []string{}
		}
		body, err := json.Marshal(c)
		if err != nil {
			return added, fmt.Errorf("directory: write contact %s down: %w", c.Code, err)
		}
		tag, err := tx.Exec(ctx, `
			WITH kept AS (
				INSERT INTO directory.contact (site, code, name, name_en, kind, numbers, emergency, told, transfer,
				    words, words_en, category, position, active, changed_at, changed_by)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
				ON CONFLICT (site, code) DO NOTHING
				RETURNING site, code, rev)
			INSERT INTO directory.contact_log (site, code, rev, at, person, action, body)
			SELECT site, code, rev, $15, $16, 'add', $17 FROM kept`,
			site, c.Code, c.Name, c.NameEN, c.Kind, c.Numbers, c.Emergency, c.Told, c.Transfer,
			c.Words, c.WordsEN, c.Category, c.Position, c.Active, now, by, string(body))
		if err != nil {
			return added, fmt.Errorf("directory: add contact %s to site %s: %w", c.Code, site, err)
		}
		added += int(tag.RowsAffected())
	}
	return added, nil
}
