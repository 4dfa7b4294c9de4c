package recording

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"
)

// Finding is one recording that is not as it was sealed.
type Finding struct {
	CallID string
	Path   string
	Wrong  string // missing, changed, unreadable: and why
}

// Verified is what a verification found.
type Verified struct {
	Checked int
	Bytes   int64 // of sealed files
	Wrong   []Finding
}

// Verify reads every recording that came into the vault from one moment
// (included) to another (not included), hashes it whole and opens it. Tell is
// called for each finding as it comes; nil: not wanted. The error is of the
// verification itself.
func (v *Vault) Verify(ctx context.Context, from, to time.Time, tell func(Finding)) (Verified, error) {
	var done Verified
	last := ""
	for {
		rows, err := v.pool.Query(ctx, `
			SELECT call_id, path, store, sha256, head_sha256, bytes FROM recording.recording
			WHERE state = 'ready' AND call_id > $1 AND changed_at >= $2 AND changed_at < $3
			ORDER BY call_id LIMIT 200`, last, from, to)
		var list []kept
		if err == nil {
			list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (kept, error) {
				var k kept
				err := row.Scan(&k.CallID, &k.path, &k.store, &k.sha256, &k.head, &k.Bytes)
				return k, err
			})
		}
		if err != nil {
			return done, fmt.Errorf("list recordings to verify: %w", err)
		}
		if len(list) == 0 {
			return done, nil
		}
		for _, k := range list {
			last = k.CallID
			n, wrong, err := v.verify(ctx, k)
			if err != nil {
				return done, err
			}
			done.Checked++
			done.Bytes += n
			if wrong == "" {
				continue
			}
			f := Finding{k.CallID, k.path, wrong}
			done.Wrong = append(done.Wrong, f)
			if tell != nil {
				tell(f)
			}
		}
	}
}

// verify looks at one recording; the error says that it could not be looked at.
func (v *Vault) verify(ctx context.Context, k kept) (size int64, wrong string, err error) {
	store, err := v.stores.named(k.store)
	if err != nil {
		return 0, "", fmt.Errorf("call %s: %w", k.CallID, err)
	}
	f, err := store.Open(ctx, k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, "missing", nil
	}
	if err != nil {
		return 0, "", fmt.Errorf("open the recording of call %s: %w", k.CallID, err)
	}
	defer func() { _ = f.Close() }()
	if err := whole(ctx, f, k.sha256); err != nil {
		if ctx.Err() != nil {
			return 0, "", ctx.Err()
		}
		return f.Size(), "changed: " + err.Error(), nil
	}
	_, plain, err := age.DecryptReaderAt(f, f.Size(), v.keys.identities...)
	switch {
	case err != nil:
		return f.Size(), "unreadable: " + err.Error(), nil
	case plain != k.Bytes:
		return f.Size(), fmt.Sprintf("unreadable: %d bytes are in it instead of %d", plain, k.Bytes), nil
	}
	return f.Size(), "", nil
}
