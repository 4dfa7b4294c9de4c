package roster_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/yihaotong/yihaotong/roster"
)

// book makes a spreadsheet.
func book(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func importing(t *testing.T, s *roster.Store) roster.Importing {
	t.Helper()
	shifts, err := s.Shifts(t.Context(), site)
	if err != nil {
		t.Fatal(err)
	}
	kinds, err := s.LeaveKinds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return roster.Importing{People: []string{"1001", "1002", "1003"}, Shifts: shifts, Leave: kinds}
}

func TestImportReportsEveryLineAndRefusesOnlyTheWrongOnes(t *testing.T) {
	s, _ := open(t)
	im := importing(t, s)
	entries, err := im.Read(book(t,
		[]any{"长沙 12328 排班表"},
		[]any{"工号", "姓名", "2026-11-23 周一", "2026年11月24日", "2026/11/25", 46352}, // the last is 2026-11-26
		[]any{"1001", "王秀英", "早班", "m", "Z/中班", "年假"},
		[]any{"1002", "李建国", "早班、白班", "夜班", "休", ""},
		[]any{"9999", "没有这人", "早班"},
		[]any{"1003", "陈晓燕", "大班", "Z", "", "早班 病假"},
		[]any{"1003", "陈晓燕", "", "M"},
	))
	if err != nil {
		t.Fatal(err)
	}
	checked, err := s.Import(t.Context(), site, edit(""), append([]roster.Entry(nil), entries...), true)
	if err != nil || shiftsOf(t, s, "1001") != "" {
		t.Fatalf("a check has stored %q %v", shiftsOf(t, s, "1001"), err)
	}
	done, err := s.Import(t.Context(), site, edit(""), entries, false)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]roster.Problem{"C4": roster.Overlap, "C5": roster.UnknownPerson, "C6": roster.UnknownShift, "D7": roster.Twice}
	for i, e := range done.Entries {
		got := roster.Problem("")
		if e.Wrong != nil {
			got = e.Wrong.Problem
		}
		if got != want[e.Place] {
			t.Errorf("%s: %s, want %s", e.Place, got, want[e.Place])
		}
		if c := checked.Entries[i]; (c.Wrong == nil) != (e.Wrong == nil) {
			t.Errorf("%s: checked %v, done %v", e.Place, c.Wrong, e.Wrong)
		}
	}
	if done.Changed != 7 || done.Same != 1 || done.Refused != 4 || checked.Refused != 4 || checked.Changed != 7 {
		t.Errorf("changed %d, same %d, refused %d; checked %d and %d", done.Changed, done.Same, done.Refused, checked.Changed, checked.Refused)
	}
	if one, two, three := shiftsOf(t, s, "1001"), shiftsOf(t, s, "1002"), shiftsOf(t, s, "1003"); one != "23Z 24M 25ZM" || two != "24Y" || three != "24Z 26Z" {
		t.Errorf("%s; %s; %s", one, two, three)
	}
}

func TestImportReadsAListAndTheFormWeGiveOut(t *testing.T) {
	s, _ := open(t)
	im := importing(t, s)
	entries, err := im.Read(book(t, []any{"日期", "工号", "班次"}, []any{"2026-11-23", "1001", "早班"}, []any{"morgen", "1001", "早班"}, []any{}))
	if err != nil || len(entries) != 2 || entries[0].Cell.Shifts[0] != "Z" || entries[1].Wrong.Problem != roster.BadDate || entries[1].Place != "A3" {
		t.Fatalf("%+v %v", entries, err)
	}
	if _, err := s.Import(t.Context(), site, edit(""), entries, false); err != nil {
		t.Fatal(err)
	}
	p, err := s.Plan(t.Context(), site, "2026-11-23", "2026-11-29")
	if err != nil {
		t.Fatal(err)
	}
	var form bytes.Buffer
	words := roster.Words{Title: "排班表", Number: "工号", Name: "姓名"}
	if err := roster.WriteWeek(&form, p, "2026-11-23", 7, []roster.Row{{"1001", "王秀英"}, {"1002", "李建国"}}, im.Leave, words); err != nil {
		t.Fatal(err)
	}
	back, err := im.Read(form.Bytes())
	if err != nil || len(back) != 1 || back[0].Person != "1001" || back[0].Date != "2026-11-23" || back[0].Cell.Shifts[0] != "Z" {
		t.Errorf("%+v %v", back, err)
	}
}

func TestWhatIsNoSpreadsheetIsRefused(t *testing.T) {
	im := roster.Importing{}
	for _, raw := range [][]byte{nil, []byte("工号,日期\n"), []byte("PK\x03\x04 and nothing"), bytes.Repeat([]byte{0}, 1000)} {
		if _, err := im.Read(raw); refusal(err) != roster.NotASheet {
			t.Errorf("%.10q: %v", raw, err)
		}
	}
	if _, err := im.Read(book(t, []any{"没有", "表头"})); refusal(err) != roster.NoHeader {
		t.Error(err)
	}
	wide := make([]any, 200)
	for i := range wide {
		wide[i] = "x"
	}
	if _, err := im.Read(book(t, wide)); refusal(err) != roster.TooMuch {
		t.Error(err)
	}
}

func TestImportSurvivesDamagedFiles(t *testing.T) {
	whole := book(t, []any{"工号", "2026-11-23"}, []any{"1001", "早班"})
	im := roster.Importing{People: []string{"1001"}, Shifts: []roster.Shift{{Code: "Z", Name: "早班", Active: true}}}
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		raw := bytes.Clone(whole)
		for range 1 + r.IntN(4) {
			raw[r.IntN(len(raw))] = byte(r.Uint32())
		}
		if _, err := im.Read(raw); err != nil && refusal(err) == "" {
			t.Fatal(err)
		}
	}
}

func FuzzImportReadsWhateverItIsGiven(f *testing.F) {
	f.Add(book(f, []any{"工号", "2026-11-23"}, []any{"1001", "早班"}))
	f.Add(book(f, []any{"工号", "日期", "班次"}, []any{"1001", 46349, "Z"}))
	f.Add([]byte("PK\x05\x06"))
	im := roster.Importing{People: []string{"1001"}, Shifts: []roster.Shift{{Code: "Z", Name: "早班", Active: true}}}
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, err := im.Read(raw)
		if err != nil && refusal(err) == "" {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Place == "" || e.Wrong == nil && (e.Person == "" || e.Date == "") {
				t.Fatalf("%+v", e)
			}
		}
	})
}
