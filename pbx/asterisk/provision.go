package asterisk

import (
	"context"
	"crypto/md5" //nolint:gosec // Asterisk names contacts by it
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/CyCoreSystems/ari/v6"
	"golang.org/x/sync/errgroup"

	"github.com/yihaotong/yihaotong/pbx"
)

// PutPhone makes a phone known to the switch, or changes it. The password is
// never sent: Asterisk shows what it holds to every ARI user, and the digest
// of it is enough. Without a link the phone is remembered, put at the next
// connect, and the error is Unavailable all the same: it is not there yet.
func (s *Switch) PutPhone(ctx context.Context, p pbx.Phone) error {
	objects, err := phoneObjects(p, s.cfg.Qualify)
	if err != nil {
		return err
	}
	name := string(p.ID)
	s.provs.want(phoneSection(p.ID), name, objects, nil, &endpoint{phone: p.ID})
	return s.put(ctx, "PutPhone", phoneSection(p.ID), name)
}

// RemovePhone forgets a phone. Calls that it is in go on. Without a link it
// is removed at the next connect, and the error is Unavailable.
func (s *Switch) RemovePhone(ctx context.Context, id pbx.PhoneID) error {
	if !plainName.MatchString(string(id)) {
		return &pbx.Error{Command: "RemovePhone", Kind: pbx.Invalid, Reason: "not the id of a phone"}
	}
	s.provs.want(phoneSection(id), string(id), nil, phoneNames(id), nil)
	return s.command(ctx, "RemovePhone", func(ctx context.Context) error {
		return s.push(ctx, phoneSection(id), s.bootedAt())
	})
}

// PutTrunk makes a trunk known to the switch, or changes it. One that stands in
// pjsip.conf stays as it is written there; that is logged and no error. Without
// a link PutTrunk behaves as PutPhone does.
func (s *Switch) PutTrunk(ctx context.Context, t pbx.Trunk) error {
	objects, useless, err := trunkObjects(t, s.cfg.Qualify)
	if err != nil {
		return err
	}
	name := trunkEndpoint(t)
	always := t.Server == "" && t.Register == nil && t.User == ""
	ep := &endpoint{trunk: t.ID, always: always}
	if t.Register != nil {
		ep.account = account(t.Register)
	}
	s.provs.want(trunkSection(t.ID), name, objects, useless, ep)
	return s.put(ctx, "PutTrunk", trunkSection(t.ID), name)
}

// put pushes one phone or trunk, and has a look at it in its turn with the
// events, because one made anew is not said to be what the old one was.
func (s *Switch) put(ctx context.Context, command, section, name string) error {
	return s.command(ctx, command, func(ctx context.Context) error {
		if err := s.push(ctx, section, s.bootedAt()); err != nil {
			return err
		}
		if link := s.link.Load(); link != nil {
			if err := s.watchEndpoints(ctx, link); err != nil {
				return err
			}
			_ = link.waiting.push(arrival{look: name, at: time.Now()}) // full: the link is being given up
		}
		return nil
	})
}

func phoneSection(id pbx.PhoneID) string { return "phone " + string(id) }
func trunkSection(id pbx.TrunkID) string { return "trunk " + string(id) }

func (s *Switch) bootedAt() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.booted
}

// provision pushes what the switch lacks, all of it after a restart. What the
// switch refuses is logged and does not keep the calls waiting.
func (s *Switch) provision(ctx context.Context, booted time.Time) error {
	s.mu.Lock()
	s.booted = booted
	s.mu.Unlock()
	due := s.provs.due(booted)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(8)
	for _, section := range due {
		g.Go(func() error {
			err := s.push(ctx, section, booted)
			var said *refusal
			if errors.As(err, &said) {
				s.log.Error("the switch refuses a phone or trunk", "what", section, "err", err)
				return nil
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if len(due) > 0 {
		s.log.Info("phones and trunks pushed", "count", len(due))
	}
	return nil
}

// push brings one phone or trunk on the switch to the state it shall have.
func (s *Switch) push(ctx context.Context, section string, booted time.Time) error {
	s.provs.mu.Lock()
	one := s.provs.wanted[section]
	s.provs.mu.Unlock()
	if one == nil {
		return nil
	}
	select {
	case <-one.turn:
		defer func() { one.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	s.provs.mu.Lock()
	want, useless, version := one.want, one.useless, one.version
	s.provs.mu.Unlock()
	if stands, err := s.standing(ctx, want); err != nil {
		return err
	} else if stands {
		s.log.Info("stands in the switch's own configuration (pjsip.conf) and is left as it is", "what", section)
		want, useless = want[:0:0], nil
	}
	for _, o := range useless {
		if o.class == "aor" {
			if err := s.removeContacts(ctx, o); err != nil {
				return err
			}
		}
		if err := s.remove(ctx, o); err != nil {
			return err
		}
	}
	for _, o := range want {
		if err := s.make(ctx, o); err != nil {
			return err
		}
	}
	s.provs.mu.Lock()
	defer s.provs.mu.Unlock()
	one.pushed, one.booted = version, booted
	if len(one.want) == 0 && one.version == version {
		delete(s.provs.wanted, section)
	}
	return nil
}

// standing reports whether the switch has this phone or trunk from its own
// configuration: an endpoint of that name that says it is the same one, and
// that does not bear the mark of a push.
func (s *Switch) standing(ctx context.Context, want []object) (bool, error) {
	for _, o := range want {
		if o.class != "endpoint" {
			continue
		}
		there, has, err := s.fields(ctx, o)
		marked := slices.ContainsFunc(has, func(f field) bool { return f.Attribute == "YHT_REVISION" })
		if err != nil || !there || marked {
			return false, err
		}
		ours, _ := s.provs.is(o.name)
		stands := who(has)
		if stands.phone != ours.phone || stands.trunk != ours.trunk {
			return false, nil // somebody else's: the push will say what is wrong
		}
		s.provs.adopt(o.name, stands)
		return true, nil
	}
	return false, nil
}

// make puts one object, unless the switch has it as it shall be: writing an
// aor anew, even the same, makes Asterisk forget who has registered, and a new
// password must not make a phone unreachable. One that differs is removed
// first. Asterisk cannot change an endpoint (it stumbles over what it has
// itself written down of set_var and allow), and a changed aor keeps its old
// contacts beside the new ones.
func (s *Switch) make(ctx context.Context, o object) error {
	if o.class == "endpoint" {
		o.fields = append(slices.Clone(o.fields), field{"set_var", "YHT_REVISION=" + o.revision()})
	}
	if o.class == "endpoint" || o.class == "aor" {
		there, has, err := s.fields(ctx, o)
		if err != nil {
			return err
		}
		if there && o.same(has) {
			return nil
		}
		if there {
			if err := s.remove(ctx, o); err != nil {
				return err
			}
		}
	}
	return o.explain(s.rest.do(ctx, http.MethodPut, o.path(), nil, map[string]any{"fields": o.fields}, nil))
}

// fields asks what the switch has of an object.
func (s *Switch) fields(ctx context.Context, o object) (there bool, has []field, err error) {
	err = s.rest.do(ctx, http.MethodGet, o.path(), nil, nil, &has)
	var said *refusal
	if errors.As(err, &said) && said.Status == http.StatusNotFound {
		return false, nil, nil
	}
	return err == nil, has, err
}

func (s *Switch) remove(ctx context.Context, o object) error {
	err := s.rest.do(ctx, http.MethodDelete, o.path(), nil, nil, nil)
	var said *refusal
	if errors.As(err, &said) && said.Status == http.StatusNotFound {
		return nil
	}
	return o.explain(err)
}

// removeContacts forgets who has registered at an aor. Asterisk keeps contacts
// by themselves, in its database: a phone put again under the name of a removed
// one would be called at the old one's address. A contact is named for its aor
// and the MD5 of its address (res_pjsip/location.c).
func (s *Switch) removeContacts(ctx context.Context, aor object) error {
	_, has, err := s.fields(ctx, aor)
	if err != nil {
		return err
	}
	for _, f := range has {
		if f.Attribute != "contact" {
			continue
		}
		for uri := range strings.SplitSeq(f.Value, ",") {
			sum := md5.Sum([]byte(uri)) //nolint:gosec // a name, no secret
			contact := object{class: "contact", name: aor.name + ";@" + hex.EncodeToString(sum[:])}
			if err := s.remove(ctx, contact); err != nil {
				return err
			}
		}
	}
	return nil
}

// explain says what Asterisk leaves unsaid: objects of files cannot be changed.
func (o object) explain(err error) error {
	var said *refusal
	if errors.As(err, &said) && (said.Status == http.StatusForbidden || said.Status == http.StatusInternalServerError) {
		said.Reason = fmt.Sprintf("%s %s cannot be changed, it may belong to pjsip.conf: %s", o.class, o.name, said.Reason)
	}
	return err
}

// endpoints tells which phones and trunks are online. Endpoints that this
// process has not put are asked what they are.
func (s *Switch) endpoints(ctx context.Context, list []ari.EndpointData, out *pbx.Snapshot) error {
	out.Phones, out.Trunks = map[pbx.PhoneID]bool{}, map[pbx.TrunkID]bool{}
	for _, e := range list {
		if _, known := s.provs.is(e.Resource); !known {
			ep, err := s.ask(ctx, e.Resource)
			if err != nil {
				return err
			}
			s.provs.learn(e.Resource, ep)
		}
		ep, _ := s.provs.reachable(e.Resource, e.State == "online")
		switch {
		case ep.phone != "":
			out.Phones[ep.phone] = ep.told
		case ep.trunk != "":
			out.Trunks[ep.trunk] = ep.told
		}
	}
	if !s.provs.registers() {
		return nil
	}
	accounts, err := s.registrations(ctx)
	if err != nil {
		return err
	}
	for _, ep := range s.provs.registered(accounts) {
		out.Trunks[ep.trunk] = ep.told
	}
	return nil
}

// ask finds out what an endpoint is by the variable that it gives its channels.
func (s *Switch) ask(ctx context.Context, name string) (ep endpoint, err error) {
	var fields []field
	err = s.rest.do(ctx, http.MethodGet, object{class: "endpoint", name: name}.path(), nil, nil, &fields)
	var said *refusal
	if errors.As(err, &said) {
		return ep, nil // gone in between
	}
	return who(fields), err
}

// who reads what an endpoint is from the variables of its channels.
func who(fields []field) (ep endpoint) {
	contact := false
	for _, f := range fields {
		switch f.Attribute {
		case "YHT_PHONE":
			ep.phone = pbx.PhoneID(clean(f.Value))
		case "YHT_TRUNK":
			ep.trunk = pbx.TrunkID(clean(f.Value))
		case "YHT_CONTACT":
			contact = f.Value != "no"
		case "YHT_REGISTERS":
			ep.account = clean(f.Value)
		}
	}
	ep.always = ep.trunk != "" && !contact
	return ep
}

// endpointChanged reports a phone or trunk that came or went, unless it has
// been told already.
func (s *Switch) endpointChanged(ctx context.Context, name string, online bool, at time.Time) {
	if ep, changed := s.provs.reachable(name, online); changed {
		s.tell(ctx, ep, at)
	}
}

func (s *Switch) tell(ctx context.Context, ep endpoint, at time.Time) {
	switch {
	case ep.phone != "":
		s.emit(ctx, pbx.PhoneChanged{Wide: wide(at), Phone: ep.phone, Online: ep.told})
	case ep.trunk != "":
		s.emit(ctx, pbx.TrunkChanged{Wide: wide(at), Trunk: ep.trunk, Online: ep.told})
	}
}

// look asks what an endpoint is now.
func (s *Switch) look(ctx context.Context, link *session, name string, at time.Time) {
	ask, cancel := context.WithTimeout(link.ctx, s.cfg.Command)
	defer cancel()
	var e ari.EndpointData
	if err := s.rest.do(ask, http.MethodGet, path("endpoints", "PJSIP", name), nil, nil, &e); err == nil {
		s.endpointChanged(ctx, name, e.State == "online", at)
	} else if !errors.Is(refused(ask, "look", err), pbx.ErrGone) && link.ctx.Err() == nil {
		s.log.Warn("state of a phone or trunk not known", "name", name, "err", err)
	}
}
