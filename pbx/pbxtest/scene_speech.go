package pbxtest

import (
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

var speech = []Scenario{
	{Name: "a prompt is played to its end and told once", act: playedToTheEnd},
	{Name: "several files are played as one", act: severalFiles},
	{Name: "a prompt is stopped early", act: stoppedEarly},
	{Name: "a second prompt waits for the first", act: secondWaits},
	{Name: "a missing file is told", act: missingFile},
	{Name: "keys come in order, also during speech", act: keysDuringSpeech},
	{Name: "music gives way to speech and comes back", act: musicAndBack},
}

// NoFile is the path of a sound file that no switch has.
const NoFile = "/nowhere/no-such-prompt"

func (st *stage) playing(id pbx.ChannelID, files ...string) pbx.PlayID {
	st.t.Helper()
	play := pbx.PlayID(fresh("play"))
	st.must(pbx.Play{Channel: id, ID: play, Files: files})
	return play
}

func (st *stage) played(play pbx.PlayID) pbx.PlayEnded {
	st.t.Helper()
	return await(st, "the prompt to end", func(e pbx.PlayEnded) bool { return e.Play == play })
}

func playedToTheEnd(st *stage) {
	const length = time.Second
	p, id := st.answered(CallerPlan{})
	start := time.Now()
	play := st.playing(id, st.b.Prompt(st.t, length))
	st.hears("caller", p, Heard{Sound: Prompt})
	e := st.played(play)
	if took := time.Since(start); took < length*8/10 {
		st.t.Errorf("a prompt of %s was over after %s", length, took)
	}
	if e.Err != nil || e.Channel != id {
		st.t.Errorf("told as %+v", e)
	}
	st.hears("caller", p, Heard{Sound: Silence})
	st.quiet()
	if n := len(all(st, on[pbx.PlayEnded](id))); n != 1 {
		st.t.Errorf("the end was told %d times", n)
	}
}

func severalFiles(st *stage) {
	const length = 600 * time.Millisecond
	_, id := st.answered(CallerPlan{})
	file := st.b.Prompt(st.t, length)
	start := time.Now()
	e := st.played(st.playing(id, file, file, file))
	if took := time.Since(start); e.Err != nil || took < 3*length*8/10 {
		st.t.Errorf("three files of %s were over after %s: %v", length, took, e.Err)
	}
	st.quiet()
	if n := len(all(st, on[pbx.PlayEnded](id))); n != 1 {
		st.t.Errorf("three files of one play gave %d ends", n)
	}
}

func stoppedEarly(st *stage) {
	p, id := st.answered(CallerPlan{})
	play := st.playing(id, st.b.Prompt(st.t, time.Minute))
	st.hears("caller", p, Heard{Sound: Prompt})
	st.must(pbx.StopPlay{Channel: id, ID: play})
	if e := st.played(play); e.Err != nil {
		st.t.Errorf("a stopped prompt is told as failed: %v", e.Err)
	}
	st.hears("caller", p, Heard{Sound: Silence})
	st.mustBeGone(pbx.StopPlay{Channel: id, ID: play})
}

func secondWaits(st *stage) {
	const length = 800 * time.Millisecond
	_, id := st.answered(CallerPlan{})
	file := st.b.Prompt(st.t, length)
	start := time.Now()
	first, second := st.playing(id, file), st.playing(id, file)
	st.played(second)
	if took := time.Since(start); took < 2*length*8/10 {
		st.t.Errorf("two prompts of %s were over after %s", length, took)
	}
	var order []pbx.PlayID
	for _, e := range all(st, on[pbx.PlayEnded](id)) {
		order = append(order, e.Play)
	}
	if !slices.Equal(order, []pbx.PlayID{first, second}) {
		st.t.Errorf("they ended in the order %v", order)
	}
}

func missingFile(st *stage) {
	_, id := st.answered(CallerPlan{})
	if e := st.played(st.playing(id, NoFile)); e.Err == nil {
		st.t.Error("a file that is not there was played without complaint")
	}
	if e := st.played(st.playing(id, st.b.Prompt(st.t, aMoment))); e.Err != nil {
		st.t.Errorf("after a missing file the next prompt fails: %v", e.Err)
	}
}

func keysDuringSpeech(st *stage) {
	const keys = "1234567890*#"
	_, id := st.answered(CallerPlan{Press: Keys(keys, time.Second, 250*time.Millisecond)})
	play := st.playing(id, st.b.Prompt(st.t, time.Minute))
	st.until("every key", func() bool { return countOf[pbx.Pressed](st.events) >= len(keys) })
	st.quiet()
	if got := st.pressed(id); got != keys {
		st.t.Errorf("pressed %s, told as %s", keys, got)
	}
	if n := len(all(st, on[pbx.PlayEnded](id))); n != 0 {
		st.t.Error("the prompt was ended by keys")
	}
	st.must(pbx.StopPlay{Channel: id, ID: play})
	st.played(play)
}

func musicAndBack(st *stage) {
	p, id := st.answered(CallerPlan{})
	st.must(pbx.StartMusic{Channel: id})
	st.hears("caller", p, Heard{Sound: Music})
	play := st.playing(id, st.b.Prompt(st.t, 1500*time.Millisecond))
	st.hears("caller", p, Heard{Sound: Prompt})
	st.played(play)
	st.hears("caller", p, Heard{Sound: Music})
	st.must(pbx.StopMusic{Channel: id})
	st.hears("caller", p, Heard{Sound: Silence})
}
