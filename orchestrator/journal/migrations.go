package journal

import (
	"embed"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations is the Postgres schema calls: events, call records, legs, the
// agent log and what was rejected.
var Migrations = postgres.Embedded("calls", migrationFiles)
