package ticketing

import (
	"embed"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations makes the Postgres schema ticketing.
var Migrations = postgres.Embedded("ticketing", migrationFiles)
