package statistics_test

import (
	"fmt"
	"testing"

	"github.com/yihaotong/yihaotong/internal/id"
	"github.com/yihaotong/yihaotong/statistics"
)

// TestAnnouncedWaitsAreComparedWithWhatCame counts the first announcement of
// each caller who was answered, and nothing else.
func TestAnnouncedWaitsAreComparedWithWhatCame(t *testing.T) {
	store, db := aDay(t)
	told := func(call, when string, wait int) {
		t.Helper()
		_, err := db.Exec(t.Context(), `INSERT INTO calls.event (id, kind, at, site, call_id, data) VALUES ($1, 'call.place_told', $2, $3, $4, $5)`,
			id.New(), at(when), site, call, fmt.Sprintf(`{"wait": %d, "queue": "night"}`, wait))
		if err != nil {
			t.Fatal(err)
		}
	}
	patient := put(t, db, call{queued: "20:00:00", answered: "20:02:00", ended: "20:05:00", queue: "night", agent: "1001", result: "answered"})
	told(patient, "20:00:30", 60) // 90 s it was
	told(patient, "20:01:00", 10) // a later word does not count
	lucky := put(t, db, call{queued: "20:10:00", answered: "20:10:40", ended: "20:15:00", queue: "night", agent: "1001", result: "answered"})
	told(lucky, "20:10:30", 60) // 10 s it was
	gone := put(t, db, call{queued: "20:20:00", ended: "20:25:00", queue: "night", result: "abandoned_queue"})
	told(gone, "20:20:30", 60)
	unknown := put(t, db, call{queued: "20:30:00", answered: "20:32:00", ended: "20:35:00", queue: "night", agent: "1001", result: "answered"})
	told(unknown, "20:30:30", -1)

	waits, err := store.WaitErrors(t.Context(), site, at("00:00:00"), at("23:59:59"))
	if err != nil {
		t.Fatal(err)
	}
	want := statistics.WaitError{Calls: 2, Mean: 40, Bias: -10, Worst: 48}
	if got := waits["night"]; got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
