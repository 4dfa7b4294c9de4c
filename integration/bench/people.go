package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/pbx"
)

// phoneSecret is the password of all desk phones, password that of everybody
// in the demo city, whose hash the people of the benchmark share.
const (
	phoneSecret = "bench"
	password    = "Yht-12328-demo"
)

// Agents have the numbers from 3001 on; 3000 is the one whose phone is ours
// and tells when it is called. Their desk phones are d3000, d3001, …
const firstAgent = 3000

// phones are the desk phones of n agents.
func phones(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("d%d", firstAgent+1+i)
	}
	return ids
}

// seed adds n agents and the one who is measured to the demo city, takes away
// the wrap-up, and makes the trunk wide enough.
func (s *stores) seed(ctx context.Context, n int) error {
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO directory.person (number, name, organisation, site, roles, languages, active, must_change,
		                                password_hash, password_changed_at)
		  SELECT ($1 + n)::text, '压测' || n, organisation, site, roles, languages, true, false, password_hash, now()
		  FROM directory.person, generate_series(0, $2::int) n WHERE number = '1001'`, []any{firstAgent, n}},
		{`INSERT INTO directory.person_skill (person, skill, level)
		  SELECT ($1 + n)::text, 'general', 5 FROM generate_series(0, $2::int) n`, []any{firstAgent, n}},
		{`INSERT INTO directory.phone (id, person, ha1)
		  SELECT 'd' || ($1 + n), ($1 + n)::text, md5('d' || ($1 + n) || ':' || $3 || ':' || $4)
		  FROM generate_series(0, $2::int) n`, []any{firstAgent, n, pbx.Realm, phoneSecret}},
		{`UPDATE directory.queue SET wrap_up_seconds = 0`, nil},
		{`UPDATE directory.trunk SET max_channels = 1000`, nil},
	} {
		if _, err := s.db.Exec(ctx, q.sql, q.args...); err != nil {
			return fmt.Errorf("seed the people of the benchmark: %w", err)
		}
	}
	return nil
}

// agent is somebody logged in to the console.
type agent struct {
	number string
	url    string
	client *http.Client
}

// seat is what we read of an agent's desk.
type seat struct {
	State string `json:"state"`
	Phone struct {
		Online bool `json:"online"`
	} `json:"phone"`
}

// logIn logs an agent in and takes the seat with the desk phone.
func logIn(ctx context.Context, url string, number int) (*agent, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	a := &agent{number: fmt.Sprint(number), url: url, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
	err = a.do(ctx, http.MethodPost, "/api/session", map[string]string{"number": a.number, "password": password}, nil)
	if err != nil {
		return nil, err
	}
	return a, a.do(ctx, http.MethodPost, "/api/desk/sign-in", map[string]string{"phone": "desk"}, nil)
}

// do asks the program for something.
func (a *agent) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, a.url+path, body)
	if err != nil {
		return err
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept-Language", "en")
	res, err := a.client.Do(req)
	if err != nil {
		return fmt.Errorf("agent %s: %s %s: %w", a.number, method, path, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("agent %s: %s %s: %w", a.number, method, path, err)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("agent %s: %s %s: %s %.300s", a.number, method, path, res.Status, raw)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(raw, out)
}

func (a *agent) seat(ctx context.Context) (s seat, err error) {
	err = a.do(ctx, http.MethodGet, "/api/desk", nil, &s)
	return s, err
}

func (a *agent) ready(ctx context.Context) error {
	return a.do(ctx, http.MethodPost, "/api/desk/ready", nil, nil)
}

// each does the same for all agents, a few at a time.
func each(ctx context.Context, agents []*agent, do func(context.Context, *agent) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(4)
	for _, a := range agents {
		g.Go(func() error { return do(ctx, a) })
	}
	return g.Wait()
}
