package ticketing

import (
	"embed"
	"io/fs"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations makes the Postgres schema ticketing.
var Migrations = postgres.Migrations{Schema: "ticketing", FS: migrationRoot()}

func migrationRoot() fs.FS {
	root, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the path is a constant
	}
	return root
}
