package recording

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"

	"filippo.io/age"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Vault finds and opens recordings.
type Vault struct {
	pool   *pgxpool.Pool
	stores stores
	keys   *keys

	mu      sync.Mutex
	checked map[string]string // versions of sealed files found to be as they were sealed, by path
}

// NewVault opens the vault in the data directory dir, or Into another store. It
// makes the key if there is none.
func NewVault(pool *pgxpool.Pool, dir string, options ...Option) (*Vault, error) {
	k, err := loadKeys(dir)
	if err != nil {
		return nil, err
	}
	return &Vault{pool: pool, stores: newStores(dir, options), keys: k, checked: map[string]string{}}, nil
}

// Find returns what is known of the recordings of these calls, by call. A call
// of which nothing is known has the state None.
func (v *Vault) Find(ctx context.Context, callIDs ...string) (map[string]Info, error) {
	found := make(map[string]Info, len(callIDs))
	asked := make([]string, 0, len(callIDs))
	for _, id := range callIDs {
		found[id] = Info{CallID: id, State: None}
		if idForm.MatchString(id) {
			asked = append(asked, id)
		}
	}
	rows, err := v.pool.Query(ctx, `
		SELECT call_id, state, seconds, bytes, partial, reason, changed_at
		FROM recording.recording WHERE call_id = ANY($1)`, asked)
	if err != nil {
		return nil, fmt.Errorf("find %d recordings: %w", len(callIDs), err)
	}
	infos, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Info])
	if err != nil {
		return nil, fmt.Errorf("find %d recordings: %w", len(callIDs), err)
	}
	for _, i := range infos {
		i.At = i.At.UTC()
		found[i.CallID] = i
	}
	return found, nil
}

// kept is what the database says of a recording that is ready.
type kept struct {
	Info
	path   string
	store  string
	sha256 []byte
	head   []byte // empty: sealed before heads were kept
	peaks  []byte
}

func (v *Vault) kept(ctx context.Context, callID string) (kept, error) {
	found, err := v.Find(ctx, callID)
	if err != nil {
		return kept{}, err
	}
	k := kept{Info: found[callID]}
	switch k.State {
	case None:
		return k, ErrNone
	case Pending:
		return k, ErrPending
	case Failed:
		return k, ErrFailed
	case Erasing, Erased:
		return k, ErrErased
	}
	err = v.pool.QueryRow(ctx, `
		SELECT path, store, sha256, head_sha256, peaks FROM recording.recording
		WHERE call_id = $1 AND state = 'ready'`, callID).
		Scan(&k.path, &k.store, &k.sha256, &k.head, &k.peaks)
	if errors.Is(err, pgx.ErrNoRows) {
		return k, ErrErased // just now
	}
	if err != nil {
		return k, fmt.Errorf("find the recording of call %s: %w", callID, err)
	}
	return k, nil
}

// Waveform returns the outline of a call's recording. Errors: ErrNone,
// ErrPending, ErrFailed.
func (v *Vault) Waveform(ctx context.Context, callID string) (Waveform, error) {
	k, err := v.kept(ctx, callID)
	if err != nil {
		return Waveform{}, err
	}
	return waveform(k.Seconds, k.peaks), nil
}

// Open opens the recording of a call as a WAV file (two channels, 16 bits,
// 8 kHz; left the caller, right the agent). It is unsealed as it is read, from
// wherever, 64 kB at a time: http.ServeContent can serve it as it is. Errors:
// ErrNone, ErrPending, ErrFailed, ErrDamaged.
func (v *Vault) Open(ctx context.Context, callID string) (io.ReadSeekCloser, Info, error) {
	k, err := v.kept(ctx, callID)
	if err != nil {
		return nil, k.Info, err
	}
	store, err := v.stores.named(k.store)
	if err != nil {
		return nil, k.Info, fmt.Errorf("call %s: %w", callID, err)
	}
	f, err := store.Open(ctx, k.path)
	if errors.Is(err, fs.ErrNotExist) || store.Name() == "disk" && err != nil {
		return nil, k.Info, fmt.Errorf("%w: call %s: %w", ErrDamaged, callID, err)
	}
	if err != nil {
		return nil, k.Info, fmt.Errorf("%w: call %s: %w", ErrStoreAway, callID, err)
	}
	wav, err := v.unseal(ctx, f, k)
	if err != nil {
		_ = f.Close()
		if !errors.Is(err, ctx.Err()) || ctx.Err() == nil {
			err = fmt.Errorf("%w: call %s: %w", ErrDamaged, callID, err)
		}
		return nil, k.Info, err
	}
	return &opened{SectionReader: wav, file: f}, k.Info, nil
}

// opened is a recording while it is read.
type opened struct {
	*io.SectionReader
	file Object
}

func (o *opened) Close() error { return o.file.Close() }

// unseal checks the file against what was sealed and returns the WAV file in
// it. Every piece is authenticated again when it is read.
func (v *Vault) unseal(ctx context.Context, f Object, k kept) (*io.SectionReader, error) {
	if err := v.check(ctx, f, k); err != nil {
		return nil, err
	}
	wav, size, err := age.DecryptReaderAt(f, f.Size(), v.keys.identities...)
	if err != nil {
		return nil, err
	}
	if size != k.Bytes {
		return nil, fmt.Errorf("%d bytes are in it instead of %d", size, k.Bytes)
	}
	return io.NewSectionReader(wav, 0, size), nil
}
