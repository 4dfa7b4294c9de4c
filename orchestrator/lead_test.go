package orchestrator_test

import (
	"errors"
	"testing"
	"time"

	. "github.com/yihaotong/yihaotong/orchestrator"
)

func TestHelpRingsASupervisorOrShowsOnTheBoard(t *testing.T) {
	talking(t, func(c *cast) {
		c.consult("1001", Target{Help: true})
		c.pass(2 * time.Second)
		c.hear(map[string]string{"caller": "music", "agent": "chief", "chief": "agent"})
		c.do("1001", DoCancel)
		c.is("2001", NotReady, ReasonSignedIn)
		if _, err := c.SignOut(c.ctx(), changsha, "2001"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Consult(c.ctx(), changsha, "1001", Target{Help: true}); !errors.Is(err, ErrNobodyToHelp) {
			t.Errorf("with no supervisor: %v", err)
		}
		if a := c.is("1001", Talking, ""); a.AsksHelp.IsZero() {
			t.Error("the board does not show that the agent asks for help")
		}
		c.over()
	})
}

func TestSupervisorListensWhispersBargesAndTakesOver(t *testing.T) {
	talking(t, func(c *cast) {
		c.listen("2001", "1001", ModeListen)
		c.hear(map[string]string{"caller": "agent", "agent": "caller", "chief": "agent caller"})
		c.listen("2001", "1001", ModeWhisper)
		c.hear(map[string]string{"caller": "agent", "agent": "caller chief", "chief": "agent caller"})
		c.listen("2001", "1001", ModeBarge)
		c.hear(map[string]string{"caller": "agent chief", "agent": "caller chief", "chief": "agent caller"})
		c.listen("2001", "1001", ModeListen)
		c.hear(map[string]string{"caller": "agent", "agent": "caller", "chief": "agent caller"})
		if _, err := c.ListenIn(c.ctx(), changsha, "2001", "1001", "", true); err != nil {
			t.Fatal(err)
		}
		c.settle()
		c.hear(map[string]string{"caller": "chief", "chief": "caller"})
		c.is("1001", WrapUp, "")
		c.over()
	})
}

func TestSupervisorTakesOverAtOnceAndLeavesWithoutTrace(t *testing.T) {
	talking(t, func(c *cast) {
		c.listen("2001", "1001", ModeWhisper)
		c.chief.Hangup()
		c.settle()
		c.hear(together)
		c.is("2001", NotReady, ReasonSignedIn)
		if _, err := c.ListenIn(c.ctx(), changsha, "2001", "1001", "", true); err != nil {
			t.Fatal(err)
		}
		c.pass(2 * time.Second)
		c.hear(map[string]string{"caller": "chief", "chief": "caller"})
		c.over()
	})
}

func TestListenerFollowsTheAgentThroughHoldAndConsultation(t *testing.T) {
	talking(t, func(c *cast) {
		c.listen("2001", "1001", ModeListen)
		c.consult("1001", Target{Agent: "1002"})
		c.pass(2 * time.Second)
		c.hear(map[string]string{"caller": "music", "agent": "colleague", "colleague": "agent", "chief": "agent colleague"})
		c.do("1001", DoComplete)
		c.hear(map[string]string{"caller": "colleague", "colleague": "caller"})
		c.is("2001", NotReady, ReasonSignedIn)
		c.over()
	})
}
