package directory

import (
	"context"
	"fmt"
)

// Organisation is a unit 机构 that handles tickets or employs people.
type Organisation struct {
	ID      string
	Parent  string // id; empty: none
	Kind    OrganisationKind
	Name    string
	Region  string   // code
	Domains []string // codes of the business domains it handles
	Contact string
	Phone   string
}

// OrganisationKind sorts organisations.
type OrganisationKind string

// The kinds.
const (
	Authority       OrganisationKind = "authority"        // 主管部门
	Department      OrganisationKind = "department"       // 内设机构
	Affiliated      OrganisationKind = "affiliated"       // 直属单位
	Branch          OrganisationKind = "branch"           // 派出机构
	Enterprise      OrganisationKind = "enterprise"       // 企事业单位
	FreightPlatform OrganisationKind = "freight_platform" // 货运平台
)

// Organisations returns all organisations of the node, parents before their
// children.
func (s *Store) Organisations(ctx context.Context) ([]Organisation, error) {
	found, err := collect[Organisation](ctx, s.db, `
		WITH RECURSIVE tree AS (
			SELECT o.*, 0 AS depth FROM directory.organisation o WHERE parent IS NULL
			UNION ALL
			SELECT o.*, depth + 1 FROM directory.organisation o JOIN tree t ON o.parent = t.id)
		SELECT id, coalesce(parent, '') AS parent, kind, name, region, domains, contact, phone
		FROM tree ORDER BY depth, id`)
	if err != nil {
		return nil, fmt.Errorf("directory: read organisations: %w", err)
	}
	return found, nil
}
