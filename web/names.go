package web

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/internal/errkind"
)

// china is the time of the whole country, without summer time.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

// errNoSite means that somebody of the whole node asks on a node without
// sites.
var errNoSite = errkind.New(errkind.Conflict, "web: the node has no site")

// names are what codes and numbers are called. They change rarely and are
// asked for all the time: an answer is used for a while, and for longer when
// the directory is away.
type names struct {
	s          *Server
	people     memo[string, map[string]string]
	queues     memo[string, []directory.Queue]
	reasons    memo[struct{}, []directory.NotReadyReason]
	origins    memo[string, directory.Origin]
	categories memo[struct{}, directory.Categories]
	sites      memo[struct{}, []directory.Site]
	contacts   memo[string, []directory.Contact]
	skills     memo[struct{}, map[string]bool]
	skillWords memo[struct{}, map[string]string]
	types      memo[struct{}, map[string][2]string]
}

// person names somebody by employee number; who is not known keeps the number.
func (n *names) person(ctx context.Context, number string) string {
	if number == "" {
		return ""
	}
	all, _ := n.people.get(ctx, "", func(ctx context.Context) (map[string]string, error) {
		people, err := n.s.people.People(ctx, "")
		byNumber := make(map[string]string, len(people))
		for _, p := range people {
			byNumber[p.Number] = p.Name
		}
		return byNumber, err
	})
	if name := all[number]; name != "" {
		return name
	}
	return number
}

func (n *names) queuesOf(ctx context.Context, site string) []directory.Queue {
	found, _ := n.queues.get(ctx, site, func(ctx context.Context) ([]directory.Queue, error) {
		return n.s.people.Queues(ctx, site)
	})
	return found
}

// queue names a queue of a site.
func (n *names) queue(ctx context.Context, site, code string) string {
	for _, q := range n.queuesOf(ctx, site) {
		if q.Code == code {
			return q.Name
		}
	}
	return code
}

func (n *names) notReady(ctx context.Context) ([]directory.NotReadyReason, error) {
	return n.reasons.get(ctx, struct{}{}, n.s.people.NotReadyReasons)
}

// region says where a number belongs, or that it does not tell; empty when
// there is no number, or the directory cannot be asked.
func (n *names) region(ctx context.Context, number string) string {
	o := n.origin(ctx, number)
	if len(o.Regions) > 0 || languageOf(ctx) != "en" {
		if o.Kind == "" {
			return ""
		}
		return o.String()
	}
	switch o.Kind {
	case directory.FixedLine:
		return "Area code " + o.AreaCode + ", place unknown"
	case directory.Mobile:
		return "Mobile, place unknown"
	case directory.Unknown:
		return "Place unknown"
	}
	return ""
}

// place is the name of the region a number belongs to; empty when it does not
// tell.
func (n *names) place(ctx context.Context, number string) string {
	if o := n.origin(ctx, number); len(o.Regions) > 0 {
		return o.String()
	}
	return ""
}

func (n *names) origin(ctx context.Context, number string) directory.Origin {
	if number == "" {
		return directory.Origin{}
	}
	o, _ := n.origins.get(ctx, number, func(ctx context.Context) (directory.Origin, error) {
		return n.s.Catalogue.RegionOfNumber(ctx, number)
	})
	return o
}

func (n *names) category(ctx context.Context, code, lang string) string {
	if code == "" {
		return ""
	}
	all, _ := n.tree(ctx)
	k, ok := all.Find(code)
	switch {
	case !ok:
		return code
	case lang == "en" && k.NameEN != "":
		return k.NameEN
	}
	return k.Name
}

func (n *names) tree(ctx context.Context) (directory.Categories, error) {
	return n.categories.get(ctx, struct{}{}, n.s.Catalogue.Categories)
}

// businessType names a business type of tickets.
func (n *names) businessType(ctx context.Context, code, lang string) string {
	all, _ := n.types.get(ctx, struct{}{}, func(ctx context.Context) (map[string][2]string, error) {
		types, err := n.s.Tickets.BusinessTypes(ctx)
		byCode := make(map[string][2]string, len(types))
		for _, t := range types {
			byCode[t.Code] = [2]string{t.Name.ZH, t.Name.EN}
		}
		return byCode, err
	})
	if name := pick(lang, all[code]); name != "" {
		return name
	}
	return code
}

// home is the site a person works for. Somebody of the whole node looks at the
// node's first site.
func (n *names) home(ctx context.Context, p directory.Person) (string, error) {
	if p.Site != "" {
		return p.Site, nil
	}
	all, err := n.sites.get(ctx, struct{}{}, n.s.Catalogue.Sites)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return "", errNoSite
	}
	return all[0].Code, nil
}

// siteOf returns a site.
func (n *names) siteOf(ctx context.Context, code string) (directory.Site, error) {
	all, err := n.sites.get(ctx, struct{}{}, n.s.Catalogue.Sites)
	if err != nil {
		return directory.Site{}, err
	}
	for _, site := range all {
		if site.Code == code {
			return site, nil
		}
	}
	return directory.Site{}, directory.ErrNotFound
}

// How long an answer is used, how soon a failed question is asked again, how
// long a new answer is worth waiting for when there is an old one, and how
// many answers are kept.
const (
	memoFor    = 10 * time.Second
	memoAgain  = time.Second
	memoWithin = time.Second
	memoMost   = 4096
)

// memo keeps the answers to a question. It is asked once for all who want to
// know; when that fails, or somebody is still asking, the last answer is used.
type memo[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]*kept[V]
}

type kept[V any] struct {
	asking *semaphore.Weighted
	mu     sync.Mutex
	last   answered[V]
}

// answered is what became of a question.
type answered[V any] struct {
	value V
	err   error
	ok    bool // value was answered, if long ago
	next  time.Time
}

func (m *memo[K, V]) get(ctx context.Context, key K, ask func(context.Context) (V, error)) (V, error) {
	a := m.of(key)
	last := a.read()
	if time.Now().Before(last.next) {
		return last.result()
	}
	if !a.asking.TryAcquire(1) {
		if last.ok {
			return last.value, nil
		}
		if err := a.asking.Acquire(ctx, 1); err != nil {
			return last.value, err
		}
	}
	defer a.asking.Release(1)
	if last = a.read(); time.Now().Before(last.next) {
		return last.result() // somebody else has asked meanwhile
	}
	within := findWithin
	if last.ok {
		within = memoWithin
	}
	bounded, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	value, err := ask(bounded)
	switch {
	case err == nil:
		last = answered[V]{value: value, ok: true, next: time.Now().Add(memoFor)}
	case ctx.Err() != nil && !last.ok: // only this asker's own trouble
		return value, err
	case ctx.Err() != nil:
		return last.value, nil
	default:
		last.err, last.next = err, time.Now().Add(memoAgain)
	}
	a.keep(last)
	return last.result()
}

// of finds or makes the place of an answer.
func (m *memo[K, V]) of(key K) *kept[V] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= memoMost {
		m.known = map[K]*kept[V]{}
	}
	a := m.known[key]
	if a == nil {
		a = &kept[V]{asking: semaphore.NewWeighted(1)}
		m.known[key] = a
	}
	return a
}

func (a *kept[V]) read() answered[V] {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last
}

func (a *kept[V]) keep(last answered[V]) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = last
}

func (a answered[V]) result() (V, error) {
	if a.ok {
		return a.value, nil
	}
	return a.value, a.err
}
