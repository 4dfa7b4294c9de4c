package roster

import (
	"context"
	"errors"
	"slices"
)

// Copied tells what became of a copy.
type Copied struct {
	Changed int     // days that have got the shifts of the other week
	Kept    int     // days that had shifts already, and were left alone
	Away    int     // days on which the person is on leave
	Refused []error // people whose shifts do not fit beside those that were kept
}

// CopyWeek gives the week that begins on to the shifts of the week that begins
// on from, for the people named. Days that have shifts are left alone unless
// replace is set; leave is not copied. People whose week does not fit are left
// out and told.
func (s *Store) CopyWeek(ctx context.Context, site string, e Edit, from, to Date, people []string, replace bool) (Copied, error) {
	var done Copied
	for _, person := range people {
		var cells []Cell
		for i := range 7 {
			cells = append(cells, Cell{Person: person, Date: from.Add(i)}, Cell{Person: person, Date: to.Add(i)})
		}
		are, err := read(ctx, s.db, site, cells)
		if err != nil {
			return done, wrap(err, "copy a week of site "+site)
		}
		var news []Cell
		for i := range 7 {
			source, target := are[key{person, from.Add(i)}], are[key{person, to.Add(i)}]
			target.Person, target.Date = person, to.Add(i)
			switch {
			case slices.Equal(source.Shifts, target.Shifts) || len(source.Shifts) == 0 && !replace:
			case target.Leave != "":
				done.Away++
			case len(target.Shifts) > 0 && !replace:
				done.Kept++
			default:
				target.Shifts = source.Shifts
				news = append(news, target)
			}
		}
		changed, err := s.Put(ctx, site, e, news...)
		if refused, ok := errors.AsType[*InputError](err); ok {
			if refused.Problem == NeedsReason || refused.Problem == BadDate {
				return done, err // so it will be for everybody
			}
			done.Refused = append(done.Refused, err)
			continue
		}
		if err != nil {
			return done, err
		}
		done.Changed += changed
	}
	return done, nil
}
