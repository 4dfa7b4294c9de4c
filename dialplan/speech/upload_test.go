package speech

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestUploadedRecordingIsHeardInsteadOfTheVoice(t *testing.T) {
	needs(t)
	c := cacheOf(t, Espeak{})
	if err := c.Replace(t.Context(), greeting, "zh", bytes.NewReader(beep(1000))); err != nil {
		t.Fatal(err)
	}
	path, err := c.File(t.Context(), greeting, "")
	if err != nil || heard(t, path).seconds != 1 {
		t.Errorf("%v", err)
	}
	if err := c.Restore(greeting, "zh"); err != nil {
		t.Fatal(err)
	}
	if path, err := c.File(t.Context(), greeting, ""); err != nil || heard(t, path).seconds < 3 {
		t.Errorf("the voice is not heard again: %v", err)
	}
	if err := c.Restore(greeting, "zh"); err != nil {
		t.Errorf("restored twice: %v", err)
	}
	if _, err := c.Recording("welcome"); !errors.Is(err, ErrNoRecording) {
		t.Errorf("got %v", err)
	}
	if err := c.Upload(t.Context(), "welcome", bytes.NewReader(beep(1000))); err != nil {
		t.Fatal(err)
	}
	if path, err := c.Recording("welcome"); err != nil || heard(t, path).seconds != 1 {
		t.Errorf("%s, %v", path, err)
	}
}

func TestHostileUploadsAreRefused(t *testing.T) {
	needs(t)
	c := cacheOf(t, Espeak{})
	for _, name := range []string{"", "..", "../x", "a/b", "a.wav", "-v", "a\x00", "a\n", strings.Repeat("a", 200)} {
		if err := c.Upload(t.Context(), name, bytes.NewReader(beep(1))); !errors.Is(err, &Error{Kind: Unsupported}) {
			t.Errorf("name %q: %v", name, err)
		}
		if _, err := c.Recording(name); !errors.Is(err, &Error{Kind: Unsupported}) {
			t.Errorf("name %q: %v", name, err)
		}
	}
	for name, data := range map[string][]byte{
		"nothing": {}, "text": []byte("#!/bin/sh"), "playlist": []byte("[playlist]\nFile1=/etc/passwd\n"),
		"head only": beep(1)[:44], "false head": append([]byte("RIFF\xff\xff\xff\xffWAVE"), make([]byte, 100)...),
		"false flac": []byte("fLaC" + strings.Repeat("\xff", 100)),
	} {
		var wrong *Error
		if err := c.Upload(t.Context(), "x", bytes.NewReader(data)); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := c.Recording("x"); !errors.Is(err, ErrNoRecording) {
		t.Errorf("a refused upload is kept: %v", err)
	}
}
