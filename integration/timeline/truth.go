package timeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/yihaotong/yihaotong/integration/hotline"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx/asterisk/cdr"
)

// Settling is how long after a scene everything may take to be noted and given
// back.
const settling = 10 * time.Second

// tolerance is how far a moment of ours may be from the switch's.
const tolerance = time.Second

// truth checks what must be so after every scene, whatever was played: what we
// noted is what the switch noted, every story is closed, and nothing is kept of
// a call that is over.
func (p *play) truth() error {
	until := time.Now().Add(settling)
	for {
		err := errors.Join(p.records(), p.nothingKept(), p.deskEmpty())
		if err == nil || time.Now().After(until) {
			return err
		}
		time.Sleep(patience)
	}
}

// records compares our durations with the switch's own, and reads the stories.
func (p *play) records() error {
	ctx, cancel := context.WithTimeout(context.Background(), settling)
	defer cancel()
	calls, err := p.calls(ctx)
	if err != nil {
		return err
	}
	store := record.New(p.DB)
	legs, err := store.Legs(ctx, p.from, time.Now().Add(time.Minute))
	if err != nil {
		return err
	}
	measured, err := p.measured()
	if err != nil {
		return err
	}
	r := record.Reconcile(legs, measured, tolerance)
	var wrong []error
	for _, d := range r.Differences {
		wrong = append(wrong, fmt.Errorf("call %s, channel %s: %s: ours %s, the switch's %s", d.Call, d.Channel, d.Moment,
			d.Ours.Format(time.StampMilli), d.Theirs.UTC().Format(time.StampMilli)))
	}
	for _, call := range calls {
		wrong = append(wrong, closed(ctx, store, call))
	}
	return errors.Join(wrong...)
}

// calls are those that began in the scene; all must be over.
func (p *play) calls(ctx context.Context) ([]orchestrator.CallID, error) {
	var calls []orchestrator.CallID
	var open int
	err := p.DB.QueryRow(ctx, `
		SELECT coalesce(array_agg(id::text ORDER BY arrived_at), '{}'), count(*) FILTER (WHERE ended_at IS NULL)
		FROM calls.record WHERE arrived_at >= $1`, p.from).Scan(&calls, &open)
	if err == nil && open > 0 {
		err = fmt.Errorf("%d of %d calls are not over in the records", open, len(calls))
	}
	return calls, err
}

// measured is what the switch noted of the channels of the scene.
func (p *play) measured() ([]record.Measured, error) {
	f, err := os.Open(p.Asterisk.CallRecords())
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil // no channel yet
	}
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // read only
	all, err := cdr.Read(f)
	var measured []record.Measured
	for _, r := range all {
		if !r.Start.Before(p.from) {
			measured = append(measured, record.Measured{Channel: string(r.Channel), Start: r.Start, Answer: r.Answer, End: r.End})
		}
	}
	return measured, err
}

// closed checks that nothing goes on in the story of a call.
func closed(ctx context.Context, store *record.Store, call orchestrator.CallID) error {
	story, err := store.Story(ctx, call)
	if err != nil {
		return err
	}
	var wrong []error
	for _, e := range story.Entries {
		switch {
		case e.Open:
			wrong = append(wrong, fmt.Errorf("the story of %s: %s of %q goes on", call, e.Kind, e.Lane))
		case e.Until != nil && e.Until.Before(e.At):
			wrong = append(wrong, fmt.Errorf("the story of %s: %s of %q ends before it begins", call, e.Kind, e.Lane))
		}
	}
	if n := len(story.Entries); n == 0 || !slices.ContainsFunc(story.Entries, func(e record.Entry) bool { return e.Kind == record.Ended }) {
		wrong = append(wrong, fmt.Errorf("the story of %s has %d entries and no end", call, n))
	}
	return errors.Join(wrong...)
}

// nothingKept checks that Redis keeps nothing of calls, and the guard no call
// to outside.
func (p *play) nothingKept() error {
	ctx, cancel := context.WithTimeout(context.Background(), settling)
	defer cancel()
	options, err := redis.ParseURL(p.Redis.URL())
	if err != nil {
		return err
	}
	db := redis.NewClient(options)
	defer db.Close() //nolint:errcheck // read only
	keys, err := db.Keys(ctx, "yht:*").Result()
	var wrong []error
	for _, k := range keys {
		switch name := k[strings.LastIndex(k, "}:")+2:]; {
		case slices.Contains([]string{"places", "placed", "offers", "calls"}, name), strings.HasPrefix(name, "queue:"), strings.HasPrefix(name, "offer:"):
			wrong = append(wrong, fmt.Errorf("redis keeps %s", k))
		case name == "lines":
			wrong = append(wrong, idle(ctx, db, k))
		}
	}
	if legs, _ := p.admin.Do("GET", "/api/guard", nil).At("calls").([]any); len(legs) > 0 {
		wrong = append(wrong, fmt.Errorf("the guard believes that there are calls to outside: %v", legs))
	}
	return errors.Join(append(wrong, err)...)
}

// idle checks that no line is said to be in use.
func idle(ctx context.Context, db *redis.Client, key string) error {
	lines, err := db.HGetAll(ctx, key).Result()
	wrong := []error{err}
	for trunk, raw := range lines {
		var l orchestrator.Line
		if err := json.Unmarshal([]byte(raw), &l); err != nil || l.InUse != 0 || l.Out != 0 {
			wrong = append(wrong, fmt.Errorf("line %s: %d in use, %d of them outgoing, %w", trunk, l.InUse, l.Out, err))
		}
	}
	return errors.Join(wrong...)
}

// deskEmpty checks that nobody is in a call at a desk, held or muted or not.
func (p *play) deskEmpty() error {
	var wrong []error
	for who := range p.seats {
		desk, err := p.desk(who)
		if err == nil && desk.At("call") != nil && hotline.Object(desk).Text("call", "state") != "ended" {
			err = fmt.Errorf("%s is in a call at the desk: %v", who, desk.At("call"))
		}
		wrong = append(wrong, err)
	}
	return errors.Join(wrong...)
}
