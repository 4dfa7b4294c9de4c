package recording

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
)

// wholeUpTo is how large a sealed file may be, in bytes, to be hashed whole
// before the first of it is heard: some ten minutes of talk. Longer ones are
// bound by their head, and hashed whole by Verify.
const wholeUpTo = 16 << 20

// errSwapped means that a file is not the one that was sealed.
var errSwapped = errors.New("it has another hash than the file that was sealed")

// check compares the sealed file with what was sealed. Sealing is done with
// public keys: without a hash, anybody who can write the store could put another
// recording in its place.
//
// The head of an age file holds, for each recipient, the key that authenticates
// every later piece of 64 kB, its place and whether it is the last. So who finds
// the head as it was, finds each piece as it was when it is opened, without
// reading the others: that is how a long file is played from its middle. A short
// one is hashed whole, and not again as long as its version stays: a player asks
// for many ranges.
func (v *Vault) check(ctx context.Context, f Object, k kept) error {
	if len(k.head) > 0 {
		if k.Bytes > f.Size() {
			return errors.New("it is too short")
		}
		head, err := headOf(f, f.Size(), k.Bytes)
		if err != nil {
			return err
		}
		if !bytes.Equal(head, k.head) {
			return errSwapped
		}
		if f.Size() > wholeUpTo {
			return nil
		}
	}
	v.mu.Lock()
	seen := v.checked[k.path]
	v.mu.Unlock()
	if version := f.Version(); version != "" && seen == version {
		return nil
	}
	if err := whole(ctx, f, k.sha256); err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.checked) >= 1000 {
		clear(v.checked)
	}
	v.checked[k.path] = f.Version()
	return nil
}

// whole hashes all of a file.
func whole(ctx context.Context, f Object, want []byte) error {
	h := sha256.New()
	if _, err := io.Copy(h, reading(ctx, io.NewSectionReader(f, 0, f.Size()))); err != nil {
		return err
	}
	if !bytes.Equal(h.Sum(nil), want) {
		return errSwapped
	}
	return nil
}

// How age cuts what it seals (C2SP age, “Payload”): a nonce, then pieces of 64
// kB with a tag each.
const (
	pieceBytes = 64 << 10
	tagBytes   = 16
)

// headOf hashes what comes before the pieces of a sealed file: the recipients'
// stanzas, their MAC and the nonce. Size is that of the file, plain that of what
// is in it.
func headOf(f io.ReaderAt, size, plain int64) ([]byte, error) {
	pieces := max(1, (plain+pieceBytes-1)/pieceBytes)
	head := size - plain - pieces*tagBytes
	if head <= 0 || head > 1<<20 {
		return nil, errors.New("its size is not that of what was sealed")
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, head)); err != nil {
		return nil, err
	}
	return h.Sum(nil), nil
}
