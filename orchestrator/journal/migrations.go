package journal

import (
	"embed"
	"io/fs"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations is the Postgres schema calls: events, call records, legs, the
// agent log and what was rejected.
var Migrations = postgres.Migrations{Schema: "calls", FS: sub(migrationFiles, "migrations")}

func sub(files embed.FS, folder string) fs.FS {
	inner, err := fs.Sub(files, folder)
	if err != nil {
		panic(err) // the folder's name is a constant
	}
	return inner
}
