package recording

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"filippo.io/age"
)

const (
	sealedSuffix = ".wav.age"
	partSuffix   = ".part"
)

// errGrowing means that there was more to read than the switch had said.
var errGrowing = errors.New("it is longer than the switch said")

// sealed is what is known of a file once it is in its place.
type sealed struct {
	path   string // in the store
	store  string // its name
	sha256 []byte // of the sealed file
	head   []byte // SHA-256 of its beginning, see headOf
	peaks  []byte // left, then right
}

// place is where the recording of a call belongs, by the time it was enqueued.
func place(callID string, enqueued time.Time) string {
	return enqueued.UTC().Format("2006/01/02/") + callID + sealedSuffix
}

// seal reads that many frames, seals them as a WAV file, reads the file back and
// puts it into its place in the store. On return it is there, or there is an
// error and at most a part file, which sweep removes. Still is asked last
// whether it is still ours to put there.
func (k *keys) seal(ctx context.Context, store Store, to string, raw io.Reader, frames int64, still func(context.Context) error) (sealed, error) {
	f, err := store.Draft()
	if err != nil {
		return sealed{}, storeFault(err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name()) // unless it was kept
	}()
	outside, inside, outline := sha256.New(), sha256.New(), newPeaks(frames)
	if err := k.write(io.MultiWriter(ours{f}, outside), inside, outline, reading(ctx, raw), frames); err != nil {
		return sealed{}, err
	}
	if err := f.Sync(); err != nil {
		return sealed{}, storeFault(err)
	}
	s := sealed{path: to, store: store.Name(), sha256: outside.Sum(nil), peaks: append(outline.left, outline.right...)}
	if s.head, err = k.readBack(ctx, f, s.sha256, inside.Sum(nil)); err != nil {
		return sealed{}, fmt.Errorf("read back: %w", err)
	}
	if err := still(ctx); err != nil {
		return sealed{}, err
	}
	return s, storeFault(store.Keep(ctx, f, to))
}

// ours tells an error of the vault's side of a copy from one of the switch's.
type ours struct{ io.Writer }

func (w ours) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	return n, storeFault(err)
}

// write seals header and frames into out; inside gets the WAV file as well.
func (k *keys) write(out, inside io.Writer, outline *peaks, raw io.Reader, frames int64) error {
	w, err := age.Encrypt(out, k.recipients...)
	if err != nil {
		return err
	}
	wav := io.MultiWriter(w, inside)
	if _, err := wav.Write(wavHead(frames)); err != nil {
		return err
	}
	if _, err := io.CopyN(io.MultiWriter(wav, outline), raw, frames*frameBytes); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("read %d frames: %w", frames, err)
	}
	// Less than a frame may be left over, of a file that was cut.
	switch n, err := io.CopyN(io.Discard, raw, frameBytes); {
	case n == frameBytes:
		return errGrowing
	case !errors.Is(err, io.EOF):
		return fmt.Errorf("read to the end: %w", err)
	}
	return w.Close()
}

// readBack makes sure that what is in the file is what was meant, and that our
// own key opens it. It returns the hash of the file's head.
func (k *keys) readBack(ctx context.Context, f *os.File, outside, inside []byte) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	whole := sha256.New()
	if _, err := io.Copy(whole, reading(ctx, io.NewSectionReader(f, 0, info.Size()))); err != nil {
		return nil, err
	}
	wav, n, err := age.DecryptReaderAt(f, info.Size(), k.identities...)
	if err != nil {
		return nil, err
	}
	opened := sha256.New()
	if _, err := io.Copy(opened, reading(ctx, io.NewSectionReader(wav, 0, n))); err != nil {
		return nil, err
	}
	if !bytes.Equal(whole.Sum(nil), outside) || !bytes.Equal(opened.Sum(nil), inside) {
		return nil, errors.New("the file does not hold what was written")
	}
	return headOf(f, info.Size(), n)
}

// reading stops a copy when ctx ends.
func reading(ctx context.Context, r io.Reader) io.Reader { return &ctxReader{ctx, r} }

type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c *ctxReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
