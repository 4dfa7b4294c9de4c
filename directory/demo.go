package directory

import (
	"context"
	"crypto/md5" // what SIP digest (RFC 3261) is made of
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// Demo is what the demo city needs to be told.
type Demo struct {
	Password string // of everybody, and of the desk phones
	Realm    string // that the desk phones authenticate for
	Carrier  netip.Prefix
	Outside  netip.AddrPort // where calls to outside go; not valid: nowhere
}

// DemoOutside is the trunk of the demo city's calls to outside, if it has one.
const DemoOutside = "outside"

// DemoSite is 长沙.
const DemoSite = "430100"

// demoPeople work in the demo city.
var demoPeople = []Person{
	{Number: "1001", Mobile: "13800001001", Name: "王秀英", Organisation: "430100-12328", Site: DemoSite, Roles: []Role{Agent}, Skills: map[string]int{"general": 5, "truck": 3}},
	{Number: "1002", Mobile: "13800001002", Name: "李建国", Organisation: "430100-12328", Site: DemoSite, Roles: []Role{Agent}, Skills: map[string]int{"general": 5, "truck": 5}},
	{Number: "1003", Mobile: "13800001003", Name: "陈晓燕", Organisation: "430100-12328", Site: DemoSite, Roles: []Role{Agent}, Skills: map[string]int{"general": 3}},
	{Number: "2001", Mobile: "13800002001", Name: "周志强", Organisation: "430100-12328", Site: DemoSite, Roles: []Role{Supervisor, Reviewer, QA}},
	{Number: "9001", Name: "管理员", Organisation: "430100-12328", Site: DemoSite, Roles: []Role{Administrator}},
}

// demoUnits are its organisations, parents first.
var demoUnits = []Organisation{
	{ID: "430100-jtj", Kind: Authority, Name: "长沙市交通运输局", Region: DemoSite, Domains: []string{"01", "02", "03", "04"}},
	{ID: "430100-12328", Parent: "430100-jtj", Kind: Affiliated, Name: "长沙市12328呼叫中心", Region: DemoSite},
	{ID: "430100-zfzd", Parent: "430100-jtj", Kind: Affiliated, Name: "长沙市交通运输综合行政执法支队", Region: DemoSite, Domains: []string{"01", "02", "03", "04"}},
	{ID: "430100-ysfz", Parent: "430100-jtj", Kind: Affiliated, Name: "长沙市道路运输服务中心", Region: DemoSite, Domains: []string{"03", "04"}},
}

// SeedDemo makes the demo city: site, queues, a trunk that is known by its
// address, three agents and a supervisor with desk phones (d1001, …) and an
// administrator, and the usual contacts. It adds what is missing and changes nothing that is there: a
// password that somebody has changed stays changed.
func (s *Store) SeedDemo(ctx context.Context, d Demo, now time.Time) error {
	if rule := s.policy.broken(d.Password, ""); rule != "" {
		return &PasswordError{Rule: rule}
	}
	if err := s.Seed(ctx); err != nil {
		return err
	}
	hash, err := s.hash(ctx, d.Password)
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		if err := demoPlace(ctx, tx, d.Carrier); err != nil {
			return err
		}
		if err := demoOutside(ctx, tx, d.Outside); err != nil {
			return err
		}
		if _, err := addContacts(ctx, tx, "", DemoSite, append(slices.Clone(usualContacts[:len(usualContacts)-2]), demoContacts...), now); err != nil {
			return err
		}
		for _, p := range demoPeople {
			p.Active = true
			if err := demoPerson(ctx, tx, p, hash, d, now); err != nil {
				return fmt.Errorf("person %s: %w", p.Number, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("directory: seed the demo city: %w", err)
	}
	return nil
}

func demoPlace(ctx context.Context, tx pgx.Tx, carrier netip.Prefix) error {
	if !carrier.IsValid() {
		carrier = netip.MustParsePrefix("127.0.0.2/32")
	}
	site := Site{Code: DemoSite, Name: "长沙", AreaCode: "0731", TimeZone: "Asia/Shanghai", AlwaysOpen: true, Flow: "city"}
	if _, err := foundSite(ctx, tx, site); err != nil {
		return err
	}
	if err := putQueue(ctx, tx, Queue{Site: DemoSite, Code: "truck", Name: "货车司机服务"}, Skill{"truck", "货车司机服务"}, 2); err != nil {
		return err
	}
	for _, u := range demoUnits {
		if _, err := tx.Exec(ctx, `
			INSERT INTO directory.organisation (id, parent, kind, name, region, domains)
			VALUES ($1, nullif($2, ''), $3, $4, $5, coalesce($6, '{}'::text[])) ON CONFLICT (id) DO NOTHING`,
			u.ID, u.Parent, u.Kind, u.Name, u.Region, u.Domains); err != nil {
			return fmt.Errorf("organisation %s: %w", u.ID, err)
		}
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO directory.trunk (id, name, match) VALUES ('trunk', '演示中继', $1) ON CONFLICT (id) DO NOTHING`,
		[]netip.Prefix{carrier}); err != nil {
		return fmt.Errorf("trunk: %w", err)
	}
	return nil
}

// demoOutside makes the trunk for calls to outside. Its address may be another
// at every start.
func demoOutside(ctx context.Context, tx pgx.Tx, at netip.AddrPort) error {
	if !at.IsValid() {
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO directory.trunk (id, name, match, server) VALUES ($1, '演示外呼中继', $2, $3)
		ON CONFLICT (id) DO UPDATE SET match = excluded.match, server = excluded.server`,
		DemoOutside, []netip.Prefix{netip.PrefixFrom(at.Addr(), at.Addr().BitLen())}, at.String())
	if err != nil {
		return fmt.Errorf("trunk to outside: %w", err)
	}
	return nil
}

func demoPerson(ctx context.Context, tx pgx.Tx, p Person, hash string, d Demo, now time.Time) error {
	added, err := insertPerson(ctx, tx, p, hash, now)
	if err != nil || !added || (!p.Has(Agent) && !p.Has(Supervisor)) {
		return err
	}
	id := "d" + p.Number
	_, err = tx.Exec(ctx, `
		INSERT INTO directory.phone (id, person, ha1) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
		id, p.Number, HA1(id, d.Realm, d.Password))
	return err
}

// HA1 is what SIP digest authentication (RFC 3261, RFC 2617) keeps instead of a
// password: the hex MD5 of user:realm:password.
func HA1(user, realm, password string) string {
	sum := md5.Sum([]byte(user + ":" + realm + ":" + password))
	return hex.EncodeToString(sum[:])
}
