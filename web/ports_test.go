package web_test

import (
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
	"github.com/yihaotong/yihaotong/orchestrator/live"
	"github.com/yihaotong/yihaotong/orchestrator/record"
	"github.com/yihaotong/yihaotong/pbx"
	"github.com/yihaotong/yihaotong/pbx/recording"
	"github.com/yihaotong/yihaotong/quality"
	"github.com/yihaotong/yihaotong/statistics"
	"github.com/yihaotong/yihaotong/tasks"
	"github.com/yihaotong/yihaotong/ticketing"
	"github.com/yihaotong/yihaotong/web"
)

// What the edge asks for is what the packages of the trade offer.
var (
	_ web.Desks      = (*orchestrator.Engine)(nil)
	_ web.Phones     = pbx.Switch(nil)
	_ web.Flows      = town{}
	_ web.Floor      = (*live.Store)(nil)
	_ web.People     = (*directory.Store)(nil)
	_ web.Catalogue  = (*directory.Store)(nil)
	_ web.Records    = (*record.Store)(nil)
	_ web.Recordings = (*recording.Vault)(nil)
	_ web.Archive    = (*recording.Vault)(nil)
	_ web.Quality    = (*quality.Store)(nil)
	_ web.Figures    = (*statistics.Store)(nil)
	_ web.Tickets    = (*ticketing.Store)(nil)
	_ web.Tasks      = (*tasks.Store)(nil)
)
