package ticketing

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Filter chooses tickets. The zero value of a field does not choose.
type Filter struct {
	For      Person // only what exists for this person
	States   []State
	Mine     bool   // drafted or registered by the person
	Query    string // part of number, title, content, unit or plate, or a whole telephone number
	Page     int    // from 1
	PageSize int    // 1 to 200; 0: 50
}

// shown is the same rule as Person.MaySee, for the database.
const shown = `
	t.site = @site
	AND (t.owner = @person OR @supervisor OR (t.state <> 'draft' AND t.number IS NOT NULL))`

// chosen is what Filter asks. Cancelled drafts are shown only when asked for.
const chosen = shown + `
	AND (t.state = ANY(@states) OR (cardinality(@states::text[]) = 0 AND t.state <> 'cancelled'))
	AND (NOT @mine OR t.owner = @person OR t.accepted_by = @person)
	AND (@like = '' OR t.number LIKE @like OR t.title ILIKE @like OR t.content ILIKE @like
		OR t.subject_unit ILIKE @like OR t.subject_plate ILIKE @like
		OR (@key <> '' AND (t.caller_key = @key OR t.contact_key = @key)))`

// List returns one page of the tickets chosen, the newest first, and how many
// there are on all pages.
func (s *Store) List(ctx context.Context, f Filter) ([]Ticket, int, error) {
	size := f.PageSize
	if size <= 0 {
		size = 50
	}
	size = min(size, 200)
	page := min(max(f.Page, 1), 1_000_000)
	args := pgx.NamedArgs{
		"site": f.For.Site, "person": f.For.ID, "supervisor": f.For.is(RoleSupervisor), "mine": f.Mine,
		"states": stateNames(f.States), "like": like(f.Query), "key": wholeNumber(f.Query),
		"limit": size, "offset": (page - 1) * size,
	}
	var total int
	if err := s.pool.QueryRow(ctx, `SELECT count(*) FROM ticketing.ticket t WHERE`+chosen, args).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count tickets: %w", err)
	}
	list, err := s.query(ctx, `
		SELECT `+columns+` FROM ticketing.ticket t WHERE`+chosen+`
		ORDER BY t.created_at DESC, t.id DESC
		LIMIT @limit OFFSET @offset`, args)
	if err != nil {
		return nil, 0, fmt.Errorf("list tickets: %w", err)
	}
	return list, total, nil
}

func stateNames(states []State) []string {
	names := make([]string, len(states))
	for i, s := range states {
		names[i] = string(s)
	}
	return names
}

// like turns what a person looks for into a pattern that takes it literally.
func like(query string) string {
	query = strings.TrimSpace(line(query))
	if query == "" {
		return ""
	}
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(query) + "%"
}

// wholeNumber returns the key of a query that is a telephone number.
func wholeNumber(query string) string {
	if !reachable.MatchString(strings.TrimSpace(telephone(query))) {
		return ""
	}
	return numberKey(query)
}
