package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// cost is the price of one guess at a password: OWASP's first choice of
// argon2id for a machine of few cores (19 MiB, 2 passes, 1 lane).
var cost = params{memory: 19 * 1024, passes: 2, lanes: 1}

type params struct {
	memory uint32 // KiB
	passes uint32
	lanes  uint8
}

const (
	saltBytes = 16
	keyBytes  = 32
)

// nobody is the hash that a guess at an unknown person is held against, so
// that it takes as long as any other. No password fits.
var nobody = encode(cost, make([]byte, saltBytes), make([]byte, keyBytes))

// errBadHash means that the database holds something that is no hash.
var errBadHash = errors.New("directory: unreadable password hash")

// hash makes the PHC string of a password, with a fresh salt.
func (s *Store) hash(ctx context.Context, password string) (string, error) {
	done, err := s.mayHash(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // ends the program rather than fail
	return encode(cost, salt, cost.key(password, salt, keyBytes)), nil
}

// fits reports whether a password belongs to a PHC string.
func (s *Store) fits(ctx context.Context, password, phc string) (bool, error) {
	p, salt, want, err := decode(phc)
	if err != nil {
		return false, err
	}
	done, err := s.mayHash(ctx)
	if err != nil {
		return false, err
	}
	defer done()
	return subtle.ConstantTimeCompare(p.key(password, salt, uint32(len(want))), want) == 1, nil
}

// mayHash waits for a place among those who hash.
func (s *Store) mayHash(ctx context.Context) (done func(), err error) {
	select {
	case s.hashing <- struct{}{}:
		return func() { <-s.hashing }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("directory: wait to check a password: %w", ctx.Err())
	}
}

func (p params) key(password string, salt []byte, n uint32) []byte {
	return argon2.IDKey([]byte(password), salt, p.passes, p.memory, p.lanes, n)
}

func encode(p params, salt, key []byte) string {
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.passes, p.lanes, b64(salt), b64(key))
}

func decode(phc string) (p params, salt, key []byte, err error) {
	parts := strings.Split(phc, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errBadHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil || p.passes == 0 || p.lanes == 0 {
		return p, nil, nil, errBadHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(key) < 16 {
		return p, nil, nil, errBadHash
	}
	return p, salt, key, nil
}
