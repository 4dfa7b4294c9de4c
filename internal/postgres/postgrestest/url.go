package postgrestest

import (
	"errors"
	"net/url"
	"testing"
)

// databaseURL returns the address of another database on the same server.
func databaseURL(server, database string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme == "" {
		return "", errors.New("YHT_TEST_POSTGRES_URL must look like postgres://superuser@127.0.0.1:5432/postgres")
	}
	u.Path = "/" + database
	return u.String(), nil
}

func withDatabase(t testing.TB, server, database string) string {
	t.Helper()
	u, err := databaseURL(server, database)
	if err != nil {
		t.Fatalf("postgrestest: %v", err)
	}
	return u
}
