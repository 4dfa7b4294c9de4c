package live

import (
	"context"
	_ "embed" // the scripts lie beside this file
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// The scripts, each documented in its own file.
var (
	//go:embed put_agent.lua
	putAgentLua string
	//go:embed reserve.lua
	reserveLua string
	//go:embed close_offer.lua
	closeOfferLua string
	//go:embed enter.lua
	enterLua string
	//go:embed leave.lua
	leaveLua string
	//go:embed write.lua
	writeLua string
	//go:embed load.lua
	loadLua string
	//go:embed rebuild.lua
	rebuildLua string
	//go:embed acquire.lua
	acquireLua string
	//go:embed renew.lua
	renewLua string

	putAgent   = redis.NewScript(putAgentLua)
	reserve    = redis.NewScript(reserveLua)
	closeOffer = redis.NewScript(closeOfferLua)
	enter      = redis.NewScript(enterLua)
	leave      = redis.NewScript(leaveLua)
	write      = redis.NewScript(writeLua)
	load       = redis.NewScript(loadLua)
	rebuild    = redis.NewScript(rebuildLua)
	acquire    = redis.NewScript(acquireLua)
	renew      = redis.NewScript(renewLua)
)

// refusals are the words with which a script refuses.
var refusals = map[string]error{
	"stale":     orchestrator.ErrStale,
	"forgotten": orchestrator.ErrForgotten,
	"fenced":    orchestrator.ErrFenced,
	"lost":      orchestrator.ErrFenced,
	"taken":     orchestrator.ErrAgentTaken,
	"gone":      orchestrator.ErrCallerGone,
}

// run runs a script that answers with a word, or a list that begins with one,
// and returns what follows the word. doing says in an error what failed.
func (s *Store) run(ctx context.Context, doing string, script *redis.Script, keys []string, args ...any) ([]any, error) {
	answer, err := s.eval(ctx, script, keys, args...)
	if err != nil {
		return nil, trouble(doing, err)
	}
	rest, _ := answer.([]any)
	word, _ := answer.(string)
	if len(rest) > 0 {
		word, _ = rest[0].(string)
		rest = rest[1:]
	}
	if refusal := refusals[word]; refusal != nil {
		return nil, fmt.Errorf("live: %s: %w", doing, refusal)
	}
	if word != "ok" && word != "held" {
		return nil, fmt.Errorf("live: %s: Redis answered %.80q", doing, fmt.Sprint(answer))
	}
	if word == "held" {
		return nil, nil
	}
	return rest, nil
}

// eval runs a script within the time a call may take. A connection that broke
// (Redis was restarted since it was last used) is tried once more on another:
// every script may be repeated.
func (s *Store) eval(ctx context.Context, script *redis.Script, keys []string, args ...any) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := script.Run(ctx, s.redis, keys, args...).Result()
	if err != nil && ctx.Err() == nil && !errors.As(err, new(redis.Error)) && !refusedToConnect(err) && !isTimeout(err) {
		answer, err = script.Run(ctx, s.redis, keys, args...).Result()
	}
	return answer, err
}
