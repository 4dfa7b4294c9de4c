package directory

import (
	"context"
	"fmt"
	"strings"
)

// Categories is one version of the table of business categories 业务分类.
type Categories struct {
	Version string     `json:"version"` // kept in every ticket beside the code
	Source  string     `json:"source"`  // where names and codes come from
	Tree    []Category `json:"tree"`    // the business domains 业务领域
}

// Category is a node of the tree: domain, sub-business 子业务, problem type.
type Category struct {
	Code     string     `json:"code"` // begins with its parent's, two digits a level
	Name     string     `json:"name"`
	NameEN   string     `json:"name_en"`
	InScope  bool       `json:"in_scope"`           // false: not ours, we only tell whom to call
	Referral string     `json:"referral,omitempty"` // whom: 12306
	Children []Category `json:"children,omitempty"`
}

// Find returns the category with a code, wherever it is in the tree.
func (c Categories) Find(code string) (Category, bool) {
	level := c.Tree
	for {
		i := 0
		for i < len(level) && !strings.HasPrefix(code, level[i].Code) {
			i++
		}
		switch {
		case i == len(level):
			return Category{}, false
		case level[i].Code == code:
			return level[i], true
		}
		level = level[i].Children
	}
}

// Categories returns the version of the table that is in use, or ErrNotFound
// before any was loaded.
func (s *Store) Categories(ctx context.Context) (Categories, error) {
	return s.categories(ctx, `current`)
}

// CategoriesOf returns a certain version, for tickets that were filed by it.
func (s *Store) CategoriesOf(ctx context.Context, version string) (Categories, error) {
	if !storable(version) {
		return Categories{}, fmt.Errorf("categories: %w", ErrNotFound)
	}
	return s.categories(ctx, `version = $1`, version)
}

type categoryRow struct {
	Version, Source, Code, Parent, Name, NameEN, Referral string
	InScope                                               bool
}

func (s *Store) categories(ctx context.Context, which string, args ...any) (Categories, error) {
	rows, err := collect[categoryRow](ctx, s.db, `
		SELECT version, source, code, coalesce(parent, '') AS parent, name, name_en, referral, in_scope
		FROM directory.category JOIN directory.category_set USING (version)
		WHERE `+which+` ORDER BY code`, args...)
	if err != nil {
		return Categories{}, fmt.Errorf("directory: read categories: %w", err)
	}
	if len(rows) == 0 {
		return Categories{}, fmt.Errorf("categories: %w", ErrNotFound)
	}
	below := map[string][]categoryRow{}
	for _, r := range rows {
		below[r.Parent] = append(below[r.Parent], r)
	}
	return Categories{Version: rows[0].Version, Source: rows[0].Source, Tree: grow(below, "")}, nil
}

func grow(below map[string][]categoryRow, parent string) []Category {
	var level []Category
	for _, r := range below[parent] {
		level = append(level, Category{
			Code: r.Code, Name: r.Name, NameEN: r.NameEN, InScope: r.InScope, Referral: r.Referral,
			Children: grow(below, r.Code),
		})
	}
	return level
}
