package recording

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
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
	path   string // below the vault's directory
	sha256 []byte // of the sealed file
	peaks  []byte // left, then right
}

// place is where the recording of a call belongs, by the time it was enqueued.
func place(callID string, enqueued time.Time) string {
	return enqueued.UTC().Format("2006/01/02/") + callID + sealedSuffix
}

// seal reads that many frames, seals them as a WAV file, reads the file back and
// puts it into its place below the vault's directory. On return it is on the
// disk, or there is an error and at most a part file, which sweep removes. Still
// is asked last whether it is still ours to put there.
func (k *keys) seal(ctx context.Context, vault *os.Root, to string, raw io.Reader, frames int64, still func(context.Context) error) (sealed, error) {
	if err := vault.MkdirAll(path.Dir(to), 0o750); err != nil {
		return sealed{}, err
	}
	part := path.Join(path.Dir(to), "."+rand.Text()+partSuffix)
	f, err := vault.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o640)
	if err != nil {
		return sealed{}, err
	}
	defer func() {
		_ = f.Close()
		_ = vault.Remove(part)
	}()
	outside, inside, outline := sha256.New(), sha256.New(), newPeaks(frames)
	if err := k.write(io.MultiWriter(f, outside), inside, outline, reading(ctx, raw), frames); err != nil {
		return sealed{}, err
	}
	if err := f.Sync(); err != nil {
		return sealed{}, err
	}
	s := sealed{path: to, sha256: outside.Sum(nil), peaks: append(outline.left, outline.right...)}
	if err := k.readBack(ctx, f, s.sha256, inside.Sum(nil)); err != nil {
		return sealed{}, fmt.Errorf("read back: %w", err)
	}
	if err := still(ctx); err != nil {
		return sealed{}, err
	}
	if err := vault.Rename(part, to); err != nil {
		return sealed{}, err
	}
	return s, syncDirs(vault, path.Dir(to))
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
// own key opens it.
func (k *keys) readBack(ctx context.Context, f *os.File, outside, inside []byte) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	whole := sha256.New()
	if _, err := io.Copy(whole, reading(ctx, io.NewSectionReader(f, 0, info.Size()))); err != nil {
		return err
	}
	wav, n, err := age.DecryptReaderAt(f, info.Size(), k.identities...)
	if err != nil {
		return err
	}
	opened := sha256.New()
	if _, err := io.Copy(opened, reading(ctx, io.NewSectionReader(wav, 0, n))); err != nil {
		return err
	}
	if !bytes.Equal(whole.Sum(nil), outside) || !bytes.Equal(opened.Sum(nil), inside) {
		return errors.New("the file does not hold what was written")
	}
	return nil
}

// syncDirs makes the names on the way to a file durable.
func syncDirs(vault *os.Root, dir string) error {
	for ; ; dir = path.Dir(dir) {
		d, err := vault.Open(dir)
		if err != nil {
			return err
		}
		if err := errors.Join(d.Sync(), d.Close()); err != nil {
			return err
		}
		if dir == "." {
			return nil
		}
	}
}

// sweep removes part files that a killed process left, when they are so old
// that nobody can be writing them any more.
func sweep(vault string, before time.Time) error {
	return filepath.WalkDir(vault, func(name string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() || !strings.HasSuffix(name, partSuffix) {
			return err
		}
		info, err := d.Info()
		if err == nil && info.ModTime().Before(before) {
			err = os.Remove(name)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
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
