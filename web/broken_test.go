package web_test

import (
	"context"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/web"
)

// brokenPeople is a directory with a fault of ours in it.
type brokenPeople struct {
	directoryPort
	now bool
}

// directoryPort has another name than its method.
type directoryPort = web.People

func (b *brokenPeople) People(ctx context.Context, site string) ([]directory.Person, error) {
	if b.now {
		panic("the roof is on fire")
	}
	return b.directoryPort.People(ctx, site)
}
