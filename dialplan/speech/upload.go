package speech

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// MaxUpload bounds an uploaded recording, in bytes.
const MaxUpload = maxAudio

// ErrNoRecording reports that no recording of that name has been uploaded.
var ErrNoRecording = errors.New("no such recording")

var nameShape = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}_-]*$`)

// Recording is an uploaded recording by name: an absolute path without
// ending. The error wraps ErrNoRecording if there is none.
func (c *Cache) Recording(name string) (string, error) {
	path, err := c.named(name)
	if err != nil {
		return "", err
	}
	if !isSound(path) {
		return "", fmt.Errorf("speech: find recording %s: %w", name, ErrNoRecording)
	}
	return bare(path), nil
}

// Upload keeps a recording under a name, for steps of kind play. WAV and FLAC
// of any rate are taken and converted; what was there is replaced.
func (c *Cache) Upload(ctx context.Context, name string, from io.Reader) error {
	path, err := c.named(name)
	if err != nil {
		return err
	}
	return c.keep(ctx, path, from)
}

// Replace keeps a recording of a text: from now on it is heard instead of a
// synthesised voice, whatever the flow.
func (c *Cache) Replace(ctx context.Context, text, language string, from io.Reader) error {
	text, err := clean(text)
	if err != nil {
		return err
	}
	return c.keep(ctx, c.replacement(text, languageOf(text, language)), from)
}

// Restore forgets the recording of a text.
func (c *Cache) Restore(text, language string) error {
	text, err := clean(text)
	if err != nil {
		return err
	}
	err = os.Remove(c.replacement(text, languageOf(text, language)))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove recording of a text: %w", err)
	}
	return nil
}

func (c *Cache) named(name string) (string, error) {
	if len(name) > 120 || !nameShape.MatchString(name) {
		return "", &Error{Kind: Unsupported, Reason: "the name of the recording is not allowed", Advice: "use letters, digits, - and _"}
	}
	return filepath.Join(c.config.Recordings, "by-name", name+Ending), nil
}

func (c *Cache) replacement(text, language string) string {
	return filepath.Join(c.config.Recordings, "by-text", key(language, text)+Ending)
}

// keep converts an upload. Its loudness is evened, its silence is kept: who
// recorded it meant it.
func (c *Cache) keep(ctx context.Context, path string, from io.Reader) error {
	data, err := io.ReadAll(io.LimitReader(from, MaxUpload+1))
	if err != nil {
		return fmt.Errorf("read uploaded recording: %w", err)
	}
	if len(data) > MaxUpload {
		return &Error{Kind: TooLong, Reason: fmt.Sprintf("the recording has more than %d bytes", MaxUpload), Advice: "shorten it"}
	}
	format := ""
	switch {
	case isWAV(data):
		format = "wav"
	case bytes.HasPrefix(data, []byte("fLaC")):
		format = "flac"
	default:
		return &Error{Kind: Unsupported, Reason: "the recording is neither WAV nor FLAC", Advice: "convert it to WAV and upload it again"}
	}
	ctx, cancel := context.WithTimeout(ctx, c.config.Timeout)
	defer cancel()
	return convert(ctx, c.config.Sox, data, format, path, []string{"norm", "-3"})
}
