package web

import (
	"context"

	"github.com/yihaotong/yihaotong/directory"
)

func (s *Server) directoryRoutes(r router) {
	guarded(r, anybody, "GET /api/categories", "Business categories 业务分类", s.categories)
	guarded(r, anybody, "GET /api/regions", "Regions below one, or the one with a code; without either, the topmost", s.regions)
	guarded(r, anybody, "GET /api/people", "Names of the people of a site", s.colleagues)
}

// Category is a node of the tree of categories.
type Category struct {
	Code     string     `json:"code"`
	Name     string     `json:"name"`
	NameEN   string     `json:"nameEn"`
	InScope  bool       `json:"inScope" doc:"False: not ours, the caller is only told whom to call"`
	Referral string     `json:"referral,omitempty" doc:"Whom, as 12306"`
	Children []Category `json:"children,omitempty"`
}

type categoriesOutput struct {
	Body struct {
		Version string     `json:"version"`
		Tree    []Category `json:"tree"`
	}
}

func (s *Server) categories(ctx context.Context, _ *struct{}) (*categoriesOutput, error) {
	all, err := s.names.tree(ctx)
	if err != nil {
		return nil, err
	}
	out := &categoriesOutput{}
	out.Body.Version, out.Body.Tree = all.Version, viewCategories(all.Tree)
	return out, nil
}

func viewCategories(level []directory.Category) []Category {
	views := make([]Category, 0, len(level))
	for _, k := range level {
		views = append(views, Category{k.Code, k.Name, k.NameEN, k.InScope, k.Referral, viewCategories(k.Children)})
	}
	return views
}

// Region is an administrative division.
type Region struct {
	Code      string   `json:"code"`
	Name      string   `json:"name"`
	AreaCodes []string `json:"areaCodes"`
}

type regionsInput struct {
	Parent string `query:"parent" maxLength:"6" doc:"Six-digit code"`
	Code   string `query:"code" maxLength:"6" doc:"Six-digit code; the answer is this region only, or nothing"`
}

type regionsOutput struct{ Body []Region }

func (s *Server) regions(ctx context.Context, in *regionsInput) (*regionsOutput, error) {
	all, err := s.Catalogue.Regions(ctx)
	if err != nil {
		return nil, err
	}
	out := &regionsOutput{Body: []Region{}}
	for _, r := range all {
		if in.Code != "" && r.Code == in.Code || in.Code == "" && r.Parent == in.Parent {
			out.Body = append(out.Body, Region{r.Code, r.Name, list(r.AreaCodes)})
		}
	}
	return out, nil
}

// Colleague is somebody by number and name.
type Colleague struct {
	Number string   `json:"number"`
	Name   string   `json:"name"`
	Site   string   `json:"site"`
	Roles  []string `json:"roles"`
	Active bool     `json:"active"`
}

type colleaguesInput struct {
	Site string `query:"site" maxLength:"6" doc:"Only for people of the whole node; others see their own site"`
}

type colleaguesOutput struct{ Body []Colleague }

func (s *Server) colleagues(ctx context.Context, in *colleaguesInput) (*colleaguesOutput, error) {
	site := who(ctx).person.Site
	if site == "" {
		site = in.Site
	}
	people, err := s.people.People(ctx, site)
	if err != nil {
		return nil, err
	}
	out := &colleaguesOutput{Body: []Colleague{}}
	for _, p := range people {
		c := Colleague{Number: p.Number, Name: p.Name, Site: p.Site, Roles: []string{}, Active: p.Active}
		for _, r := range p.Roles {
			c.Roles = append(c.Roles, string(r))
		}
		out.Body = append(out.Body, c)
	}
	return out, nil
}
