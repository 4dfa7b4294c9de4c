package quality

import (
	"embed"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations makes the Postgres schema quality.
var Migrations = postgres.Embedded("quality", migrationFiles)
