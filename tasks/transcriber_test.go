package tasks_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/yihaotong/yihaotong/tasks"
)

func TestMessagesAreTranscribedAgainUntilItWorks(t *testing.T) {
	w := open(t, true)
	var asked atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(res http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case string(body) == "noise":
			http.Error(res, "cannot hear anything", http.StatusUnprocessableEntity)
		case asked.Add(1) == 1:
			http.Error(res, "busy", http.StatusServiceUnavailable)
		default:
			res.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(res, "我投诉一辆出租车")
		}
	}))
	defer server.Close()
	good, bad, none := w.arrived(caller, 0), w.arrived("13900000000", 0), w.arrived("13900000001", 0)
	for _, call := range []string{good, bad, none} {
		w.follow(tasks.Event{Kind: tasks.MessageLeft, Call: call, At: after(1)})
	}
	tr := tasks.NewTranscriber(w.Store, vault{good: "speech", bad: "noise"}, tasks.Engine{URL: server.URL}, slog.New(slog.DiscardHandler))
	tasks.Hasten(tr)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- tr.Run(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	of := func(call string) (found tasks.Task) {
		for _, x := range w.list(boss, tasks.Filter{}) {
			if x.Call == call {
				found = x
			}
		}
		return found
	}
	await := func(call string, want tasks.TranscriptState) tasks.Task {
		t.Helper()
		for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
			x := of(call)
			if x.TranscriptState == want {
				return x
			}
			if time.Now().After(deadline) {
				t.Fatalf("never %s: %+v", want, x)
			}
		}
	}
	if x := await(good, tasks.Ready); x.Transcript != "我投诉一辆出租车" || asked.Load() < 2 || x.TranscriptFault != "" {
		t.Errorf("%+v after %d", x, asked.Load())
	}
	if x := await(bad, tasks.Failed); x.TranscriptFault == "" || x.Transcript != "" {
		t.Errorf("%+v", x)
	}
	silent := await(none, tasks.Failed)
	typed, err := w.Type(t.Context(), silent.ID, wang, "  听不清，约明天  ", noon)
	if err != nil || typed.Transcript != "听不清，约明天" || typed.TranscriptState != tasks.Typed {
		t.Errorf("%+v %v", typed, err)
	}
	again, err := w.Transcribe(t.Context(), of(bad).ID, wang, noon)
	if err != nil || again.TranscriptState != tasks.Pending {
		t.Errorf("%+v %v", again, err)
	}
	await(bad, tasks.Failed)
}
