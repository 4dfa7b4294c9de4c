package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// keys open and seal recordings. They are in the data directory:
//
//	keys/recordings.key          the secret keys, one a line; the first start
//	                             makes one, mode 0600
//	keys/recordings.recipients   optional: further public keys (age1…) that can
//	                             open what is sealed from now on, one a line
//
// A new secret key is put before the old ones, which stay for what they sealed.
type keys struct {
	identities []age.Identity
	recipients []age.Recipient
}

// loadKeys reads the keys, or makes the first one. It refuses to make one where
// there are sealed recordings: a new key could not open them, and the loss of
// the old one would go unnoticed.
func loadKeys(dir string) (*keys, error) {
	path := filepath.Join(dir, "keys", "recordings.key")
	text, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeKey(dir, path); err != nil {
			return nil, fmt.Errorf("recording: make the key %s: %w", path, err)
		}
		text, err = readKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("recording: read the key: %w", err)
	}
	k := &keys{}
	if k.identities, err = age.ParseIdentities(bytes.NewReader(text)); err != nil {
		return nil, fmt.Errorf("recording: %s holds no secret keys of age: %w", path, err)
	}
	newest, ok := k.identities[0].(*age.X25519Identity)
	if !ok {
		return nil, fmt.Errorf("recording: the first key in %s is of another kind than X25519", path)
	}
	others, err := readRecipients(filepath.Join(dir, "keys", "recordings.recipients"))
	k.recipients = append([]age.Recipient{newest.Recipient()}, others...)
	return k, err
}

func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("%s can be read by everybody (mode %04o): chmod 600 it", path, info.Mode().Perm())
	}
	return os.ReadFile(path)
}

func readRecipients(path string) ([]age.Recipient, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("recording: read the recipients: %w", err)
	}
	list, err := age.ParseRecipients(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("recording: %s: %w", path, err)
	}
	return list, nil
}

// makeKey makes the first key. Of two processes that start together one makes
// it and both use it: a link to a file that is whole either is made or is there.
func makeKey(dir, path string) error {
	if err := nothingSealed(filepath.Join(dir, "recordings")); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".recordings.key.*") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }()
	_, err = fmt.Fprintf(part, "# Opens the recordings. Without it they are lost: keep a copy elsewhere.\n# public key: %s\n%s\n", identity.Recipient(), identity)
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Link(part.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func nothingSealed(recordings string) error {
	return filepath.WalkDir(recordings, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err == nil && strings.HasSuffix(path, sealedSuffix) {
			return fmt.Errorf("there are sealed recordings (%s): put the key back that sealed them", path)
		}
		return err
	})
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
