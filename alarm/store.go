package alarm

import (
	"embed"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/yihaotong/yihaotong/internal/errkind"
	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var files embed.FS

// Migrations makes the schema "alarm".
var Migrations = postgres.Embedded("alarm", files)

// What a question can come back with.
var (
	ErrNotFound = errkind.New(errkind.NotFound, "alarm: there is no such entry")
	ErrStale    = errkind.New(errkind.Conflict, "alarm: somebody else has changed it meanwhile")
	ErrExists   = errkind.New(errkind.Conflict, "alarm: there is a rule for that already")
	ErrText     = errkind.New(errkind.Invalid, "alarm: the text must have 1 to 300 characters and hold for 1 minute to a week")
	ErrNote     = errkind.New(errkind.Invalid, "alarm: the note is too long")
)

// Store keeps rules, episodes and notices in Postgres. Every change tells all
// processes, by the channel of Link.
type Store struct{ db *pgxpool.Pool }

// New returns a store on a database that holds Migrations.
func New(db *pgxpool.Pool) *Store { return &Store{db} }

// channel is what changes are told on; the payload is the site. Each statement
// that changes something spells it out as pg_notify('yht_alarm', site).
const channel = "yht_alarm"

func duration(seconds int) time.Duration { return time.Duration(seconds) * time.Second }
