package main

import (
	"context"
	"slices"
	"time"

	"github.com/yihaotong/yihaotong/dialplan"
	"github.com/yihaotong/yihaotong/directory"
	"github.com/yihaotong/yihaotong/orchestrator"
)

// numberLists are what the directory says about telephone numbers.
type numberLists struct{ blocked, vip numberList }

// numberList finds the entries for a number. Most numbers are listed whole;
// prefixes are few.
type numberList struct {
	whole    map[string][]directory.Listed
	prefixes []directory.Listed
}

func listOf(entries []directory.Listed) numberList {
	l := numberList{whole: map[string][]directory.Listed{}}
	for _, e := range entries {
		if e.Prefix {
			l.prefixes = append(l.prefixes, e)
		} else {
			l.whole[e.Number] = append(l.whole[e.Number], e)
		}
	}
	return l
}

// standing is the highest priority among the entries that mean a number at a
// time; below 0 when there is none.
func (l numberList) standing(number string, at time.Time) int {
	highest := -1
	number = directory.Normalise(number)
	for _, entries := range [][]directory.Listed{l.whole[number], l.prefixes} {
		for _, e := range entries {
			if e.Covers(number) && e.Holds(at) {
				highest = max(highest, e.Priority)
			}
		}
	}
	return highest
}

func (r *registry) readLists(ctx context.Context, site string) (numberLists, error) {
	now := time.Now()
	blocked, err := r.store.Holding(ctx, site, directory.Blacklist, now)
	if err != nil {
		return numberLists{}, err
	}
	vip, err := r.store.Holding(ctx, site, directory.VIP, now)
	return numberLists{blocked: listOf(blocked), vip: listOf(vip)}, err
}

func (r *registry) readContacts(ctx context.Context, site string) ([]directory.Contact, error) {
	contacts, err := r.store.Contacts(ctx, site)
	return slices.DeleteFunc(contacts, func(c directory.Contact) bool { return !c.Active }), err
}

func (r *registry) readPeople(ctx context.Context) (map[orchestrator.AgentID]directory.Person, error) {
	all, err := r.store.People(ctx, "")
	people := map[orchestrator.AgentID]directory.Person{}
	for _, p := range all {
		if p.Active {
			people[orchestrator.AgentID(p.Number)] = p
		}
	}
	return people, err
}

// flowContacts are the contacts as flows name them.
func flowContacts(contacts []directory.Contact) map[string]dialplan.Contact {
	byCode := map[string]dialplan.Contact{}
	for _, c := range contacts {
		byCode[c.Code] = dialplan.Contact{Number: c.Numbers[0], Name: c.Name, Words: c.Words, Transfer: c.Transfer}
	}
	return byCode
}

// Blacklisted implements orchestrator.Directory.
func (r *registry) Blacklisted(_ context.Context, site orchestrator.SiteID, number string, at time.Time) bool {
	return r.now.Load().lists[site].blocked.standing(number, at) >= 0
}

// VIP tells how much earlier a caller is taken: 1 to 5, 0 for nobody special.
func (r *registry) VIP(_ context.Context, site orchestrator.SiteID, number string, at time.Time) int {
	return max(r.now.Load().lists[site].vip.standing(number, at), 0)
}

// Contacts are the contacts of a site that are in use, in the order shown to
// people.
func (r *registry) Contacts(_ context.Context, site orchestrator.SiteID) []directory.Contact {
	return r.now.Load().contacts[site]
}

// Roles are what an agent may do.
func (r *registry) Roles(agent orchestrator.AgentID) []string {
	var roles []string
	for _, role := range r.now.Load().people[agent].Roles {
		roles = append(roles, string(role))
	}
	return roles
}

// mobiles are the mobile numbers of the people who work for a site.
func (r *registry) mobiles(site orchestrator.SiteID) []string {
	var numbers []string
	for _, p := range r.now.Load().people {
		if p.Mobile != "" && (p.Site == "" || p.Site == string(site)) {
			numbers = append(numbers, p.Mobile)
		}
	}
	return numbers
}
