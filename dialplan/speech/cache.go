package speech

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// Config says where sounds are kept and how they are made.
type Config struct {
	Dir        string        // what is made; the switch must see it under the same path
	Recordings string        // what is uploaded; empty: Dir/recordings
	AtOnce     int           // syntheses at the same time; 0: 10
	Timeout    time.Duration // for one synthesis; 0: 20 s
	Sox        string        // empty: sox on the path
	Log        *slog.Logger  // nil: slog.Default()
}

// Cache makes every sound once and knows where it is.
type Cache struct {
	config Config
	voices []Synthesizer
	places *semaphore.Weighted

	mu      sync.Mutex
	flights map[string]*flight
}

// New makes a cache over voices, the best first: the next one is asked when
// one fails. It makes the folders but starts nothing.
func New(c Config, voices ...Synthesizer) (*Cache, error) {
	if c.Dir == "" || len(voices) == 0 {
		return nil, errors.New("speech: a folder and at least one voice are needed")
	}
	var err error
	if c.Dir, err = filepath.Abs(c.Dir); err != nil {
		return nil, fmt.Errorf("find prompt folder: %w", err)
	}
	if c.Recordings == "" {
		c.Recordings = filepath.Join(c.Dir, "recordings")
	}
	if c.Recordings, err = filepath.Abs(c.Recordings); err != nil {
		return nil, fmt.Errorf("find folder of recordings: %w", err)
	}
	for _, dir := range []string{c.Dir, c.Recordings} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("make prompt folder: %w", err)
		}
	}
	if c.AtOnce <= 0 {
		c.AtOnce = 10
	}
	if c.Timeout <= 0 {
		c.Timeout = 20 * time.Second
	}
	if c.Sox == "" {
		c.Sox = "sox"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Cache{
		config: c, voices: voices, places: semaphore.NewWeighted(int64(c.AtOnce)), flights: map[string]*flight{},
	}, nil
}

// File is the sound of a text: an absolute path without ending, for the
// switch. An uploaded recording of the text comes first. language is zh, en,
// …; empty: what the script says. It waits until the sound is made; errors
// are of type *Error, or the context's.
func (c *Cache) File(ctx context.Context, text, language string) (string, error) {
	text, err := clean(text)
	if err != nil {
		return "", err
	}
	language = languageOf(text, language)
	if path := c.replacement(text, language); isSound(path) {
		return bare(path), nil
	}
	var failures error
	for _, voice := range c.voices {
		path, err := c.spoken(ctx, voice, text, language)
		if err == nil {
			if failures != nil {
				c.config.Log.WarnContext(ctx, "spoken by another voice", "voice", voice.Name(), "error", failures)
			}
			return bare(path), nil
		}
		if ctx.Err() != nil {
			return "", err
		}
		if failures != nil {
			err = errors.Join(failures, err)
		}
		failures = err
	}
	return "", failures
}

// Warm makes the sounds of texts before they are needed, AtOnce of them at a
// time. All are tried; the error joins what went wrong.
func (c *Cache) Warm(ctx context.Context, texts []string) error {
	var (
		wait  sync.WaitGroup
		mu    sync.Mutex
		wrong error
		line  = make(chan struct{}, c.config.AtOnce)
	)
	for _, text := range texts {
		wait.Add(1)
		line <- struct{}{}
		go func() {
			defer wait.Done()
			defer func() { <-line }()
			if _, err := c.File(ctx, text, ""); err != nil {
				mu.Lock()
				wrong = errors.Join(wrong, fmt.Errorf("make the prompt %q: %w", head(text), err))
				mu.Unlock()
			}
		}()
	}
	wait.Wait()
	return wrong
}

// spoken is the sound of a text by one voice, made if it is not there.
func (c *Cache) spoken(ctx context.Context, voice Synthesizer, text, language string) (string, error) {
	path := filepath.Join(c.config.Dir, key(voice.Name(), language, text)+Ending)
	if isSound(path) {
		return path, nil
	}
	return path, c.once(ctx, path, func(ctx context.Context) error {
		if isSound(path) { // made while we waited
			return nil
		}
		if err := c.places.Acquire(ctx, 1); err != nil {
			return err
		}
		defer c.places.Release(1)
		ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
		defer cancel()
		audio, err := voice.Synthesize(ctx, text, language)
		if err != nil {
			return err
		}
		return convert(ctx, c.config.Sox, audio, "wav", path, shape)
	})
}

// key names a sound by everything that makes it what it is.
func key(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// isSound reports whether a file is there and holds more than a header.
func isSound(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Size() > 44
}

func bare(path string) string { return path[:len(path)-len(Ending)] }

func head(text string) string {
	if r := []rune(text); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return text
}
