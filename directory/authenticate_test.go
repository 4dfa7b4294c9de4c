package directory_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

func TestRightPasswordTellsWhoItIs(t *testing.T) {
	s, _ := demo(t)
	p, err := s.Authenticate(t.Context(), "1001", demoPassword, noon)
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "王秀英" || p.Site != changsha || !p.Has(directory.Agent) || p.Has(directory.Supervisor) || p.Skills["general"] != 5 || p.MustChange {
		t.Errorf("%+v", p)
	}
}

func TestRefusalsDoNotTellWhoExists(t *testing.T) {
	s, pool := demo(t)
	exec(t, pool, `UPDATE directory.person SET active = false WHERE number = '1003'`)
	for _, number := range []string{"1001", "1003", "7777", "", "x", "100 1", "1001\x00", "\xff\xfe", strings.Repeat("1", 10_000), "' OR 1=1 --"} {
		for _, password := range []string{"wrong", strings.Repeat("x", 1<<20)} {
			_, err := s.Authenticate(t.Context(), number, password, noon)
			if !errors.Is(err, directory.ErrWrongCredentials) || err.Error() != directory.ErrWrongCredentials.Error() ||
				errkind.Of(err) != errkind.Unauthenticated {
				t.Errorf("%.20q: %v", number, err)
			}
		}
	}
	if _, err := s.Authenticate(t.Context(), "1003", demoPassword, noon); !errors.Is(err, directory.ErrInactive) {
		t.Errorf("inactive with the right password: %v", err)
	}
}

func TestUnknownPeopleTakeAsLongAsWrongPasswords(t *testing.T) {
	s, _ := demo(t)
	// The shortest of several: a busy machine only ever adds time.
	shortest := func(number string) time.Duration {
		var took []time.Duration
		for range 4 {
			start := time.Now()
			_, _ = s.Authenticate(t.Context(), number, "wrong", noon)
			took = append(took, time.Since(start))
		}
		return slices.Min(took)
	}
	known, unknown := shortest("1001"), shortest("7777")
	// Hashing takes tens of milliseconds, looking up less than two: without
	// the hash the ratio would be far beyond this.
	if unknown < known/3 {
		t.Errorf("unknown %v, known %v", unknown, known)
	}
}

func TestFiveWrongPasswordsLockForAQuarterOfAnHour(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	until := noon.Add(15 * time.Minute)
	for i := 1; i <= 5; i++ {
		_, err := s.Authenticate(ctx, "1001", "wrong", noon)
		if locked := errors.Is(err, directory.ErrLocked); locked != (i == 5) {
			t.Fatalf("attempt %d: %v", i, err)
		}
	}
	_, err := s.Authenticate(ctx, "1001", demoPassword, until.Add(-time.Second))
	locked, ok := errors.AsType[*directory.LockedError](err)
	if !ok || !locked.Until.Equal(until) || errkind.Of(err) != errkind.Forbidden {
		t.Errorf("the right password during the lock: %v", err)
	}
	if _, err := s.Authenticate(ctx, "1002", demoPassword, noon); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	if _, err := s.Authenticate(ctx, "1001", "wrong", until); !errors.Is(err, directory.ErrWrongCredentials) {
		t.Errorf("the first mistake after the lock: %v", err)
	}
	if _, err := s.Authenticate(ctx, "1001", demoPassword, until); err != nil {
		t.Errorf("after the lock: %v", err)
	}
	log, err := s.Audit(ctx, noon, until, 10)
	if err != nil || len(log) != 1 || log[0].Action != "locked" || log[0].Subject != "1001" {
		t.Errorf("audit: %v %v", log, err)
	}
}

func TestFailuresAreForgottenAfterASuccessOrAQuarterOfAnHour(t *testing.T) {
	s, _ := demo(t)
	fail := func(n int, at time.Time) {
		t.Helper()
		for range n {
			if _, err := s.Authenticate(t.Context(), "1001", "wrong", at); !errors.Is(err, directory.ErrWrongCredentials) {
				t.Fatal(err)
			}
		}
	}
	fail(4, noon)
	if _, err := s.Authenticate(t.Context(), "1001", demoPassword, noon); err != nil {
		t.Fatal(err)
	}
	fail(4, noon)
	fail(4, noon.Add(16*time.Minute))
}

func TestGuessingAtOnceGainsNothing(t *testing.T) {
	s, pool := demo(t)
	var mu sync.Mutex
	wrong, locked := 0, 0
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			_, err := s.Authenticate(t.Context(), "1001", "wrong", noon)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.Is(err, directory.ErrLocked):
				locked++
			case errors.Is(err, directory.ErrWrongCredentials):
				wrong++
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var counted int
	if err := pool.QueryRow(t.Context(), `SELECT failed_attempts FROM directory.person WHERE number = '1001'`).Scan(&counted); err != nil {
		t.Fatal(err)
	}
	if counted != 5 || wrong > 4 || locked < 16 {
		t.Errorf("%d guesses looked at, %d answered wrong, %d locked", counted, wrong, locked)
	}
}

func TestWeakPasswordsAreRefusedByRule(t *testing.T) {
	s, _ := demo(t)
	tests := []struct {
		password string
		want     directory.PasswordRule
	}{
		{"Ab1-5678", directory.TooShort},
		{"一二三四五六七八九", directory.TooShort},
		{"alllowercase", directory.TooSimple},
		{"lower12345", directory.TooSimple},
		{"Mine-1001-mine", directory.HoldsNumber},
		{"Aa1-" + strings.Repeat("x", 300), directory.TooLong},
		{demoPassword, directory.SameAsOld},
		{"Neues-Wort-77", ""},
	}
	for _, tt := range tests {
		err := s.ChangePassword(t.Context(), "1001", demoPassword, tt.password, noon)
		e, _ := errors.AsType[*directory.PasswordError](err)
		switch {
		case tt.want == "" && err != nil, tt.want != "" && (e == nil || e.Rule != tt.want || errkind.Of(err) != errkind.Invalid):
			t.Errorf("%.20q: %v, want %q", tt.password, err, tt.want)
		}
	}
	if _, err := s.Authenticate(t.Context(), "1001", demoPassword, noon); !errors.Is(err, directory.ErrWrongCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if _, err := s.Authenticate(t.Context(), "1001", "Neues-Wort-77", noon); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestPasswordSetByAnAdministratorUnlocksAndMustBeChanged(t *testing.T) {
	s, _ := demo(t)
	ctx := t.Context()
	for range 5 {
		_, _ = s.Authenticate(ctx, "1001", "wrong", noon)
	}
	if err := s.SetPassword(ctx, "9001", "1001", "Einmal-2026x", noon); err != nil {
		t.Fatal(err)
	}
	p, err := s.Authenticate(ctx, "1001", "Einmal-2026x", noon)
	if err != nil || !p.MustChange {
		t.Fatalf("must change %v, %v", p.MustChange, err)
	}
	if err := s.ChangePassword(ctx, "1001", "Einmal-2026x", "Neues-Wort-77", noon); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Authenticate(ctx, "1001", "Neues-Wort-77", noon); err != nil || p.MustChange {
		t.Errorf("must change %v, %v", p.MustChange, err)
	}
	if err := s.SetPassword(ctx, "9001", "7777", "Einmal-2026x", noon); !errors.Is(err, directory.ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
}

func TestOldPasswordMustBeChanged(t *testing.T) {
	s, _ := demo(t)
	for _, tt := range []struct {
		days int
		must bool
	}{{89, false}, {91, true}} {
		p, err := s.Authenticate(t.Context(), "1001", demoPassword, noon.AddDate(0, 0, tt.days))
		if err != nil || p.MustChange != tt.must {
			t.Errorf("after %d days: must change %v, %v", tt.days, p.MustChange, err)
		}
	}
}

func TestPasswordIsKeptAsArgon2idWithItsOwnSalt(t *testing.T) {
	_, pool := demo(t)
	s := directory.New(pool)
	for _, number := range []string{"1001", "1002"} {
		if err := s.SetPassword(t.Context(), "9001", number, "Einmal-2026x", noon); err != nil {
			t.Fatal(err)
		}
	}
	var a, b string
	if err := pool.QueryRow(t.Context(), `SELECT min(password_hash), max(password_hash) FROM directory.person WHERE number IN ('1001', '1002')`).Scan(&a, &b); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(a, "$argon2id$v=19$m=19456,t=2,p=1$") || a == b {
		t.Errorf("%s\n%s", a, b)
	}
}
