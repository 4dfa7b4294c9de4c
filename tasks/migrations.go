package tasks

import (
	"embed"

	"github.com/yihaotong/yihaotong/internal/postgres"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrations makes the Postgres schema tasks.
var Migrations = postgres.Embedded("tasks", migrationFiles)
