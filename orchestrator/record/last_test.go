package record_test

import (
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/internal/postgres/postgrestest"
	"github.com/yihaotong/yihaotong/orchestrator/journal"
	"github.com/yihaotong/yihaotong/orchestrator/record"
)

func TestLastAgentIsOfTheLatestAnsweredCallInTime(t *testing.T) {
	db := postgrestest.New(t, journal.Migrations)
	s := record.New(db)
	const columns = "site, caller, agent, answered_at"
	put(t, db, 0, columns, "'430100', '13800001111', '1001', '2026-03-02 12:00:09Z'")
	put(t, db, 5, columns, "'430100', '13800001111', '1002', '2026-03-02 12:05:09Z'")
	put(t, db, 6, columns, "'430200', '13800001111', '1003', '2026-03-02 12:06:09Z'")
	put(t, db, 7, columns, "'430100', '13800001111', '1004', NULL")
	put(t, db, 8, columns+", direction", "'430100', '13800001111', '1005', '2026-03-02 12:08:09Z', 'out'")
	put(t, db, 9, columns, "'430100', '', '1006', '2026-03-02 12:09:09Z'")
	for _, c := range []struct {
		number string
		since  time.Time
		want   string
	}{
		{"13800001111", noon, "1002"},
		{"13800001111", noon.Add(6 * time.Minute), ""},
		{"13800009999", noon, ""},
		{"", noon, ""},
		{"\x00", noon, ""},
	} {
		got, ok, err := s.LastAgent(t.Context(), site, c.number, c.since)
		if err != nil || string(got) != c.want || ok != (c.want != "") {
			t.Errorf("%q since %v: %q %v %v", c.number, c.since, got, ok, err)
		}
	}
}
