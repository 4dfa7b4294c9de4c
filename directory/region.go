package directory

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// Region is an administrative division 行政区划.
type Region struct {
	Code         string // six digits of GB/T 2260
	Name         string // 长沙市
	Level        string // nation, province, city, county
	Parent       string // code; empty for the nation
	DomainPrefix string // as changsha, of changsha.12328.cn
	AreaCodes    []string
	Languages    []string
}

const selectRegion = `
	SELECT code, name, level, coalesce(parent, '') AS parent, coalesce(domain_prefix, '') AS domain_prefix,
	       ARRAY(SELECT area_code FROM directory.region_area_code a WHERE a.region = r.code ORDER BY 1) AS area_codes,
	       languages
	FROM directory.region r `

// Regions returns all regions, in the order of their codes.
func (s *Store) Regions(ctx context.Context) ([]Region, error) {
	found, err := collect[Region](ctx, s.db, selectRegion+`ORDER BY code`)
	if err != nil {
		return nil, fmt.Errorf("directory: read regions: %w", err)
	}
	return found, nil
}

// Origin is what a telephone number tells of where it belongs.
type Origin struct {
	Kind     OriginKind
	AreaCode string   // of a fixed line, as 0731, even when we do not know the region
	Regions  []Region // all regions that use the area code; more than one is usual
}

// OriginKind sorts numbers by what they can tell.
type OriginKind string

// The kinds. A mobile number tells nothing about where its owner is.
const (
	FixedLine OriginKind = "fixed"
	Mobile    OriginKind = "mobile"
	Unknown   OriginKind = "unknown"
)

// String words the origin for people: 长沙市/株洲市/湘潭市.
func (o Origin) String() string {
	names := make([]string, len(o.Regions))
	for i, r := range o.Regions {
		names[i] = r.Name
	}
	switch {
	case len(names) > 0:
		return strings.Join(names, "/")
	case o.Kind == FixedLine:
		return "区号 " + o.AreaCode + "，归属地不详"
	case o.Kind == Mobile:
		return "手机号码，归属地不详"
	}
	return "归属地不详"
}

// RegionOfNumber tells what a caller's number, as received, says about where it
// belongs. Anything may be asked; what tells nothing is Unknown.
func (s *Store) RegionOfNumber(ctx context.Context, number string) (Origin, error) {
	number = Normalise(number)
	if mobileShape.MatchString(number) {
		return Origin{Kind: Mobile}, nil
	}
	code := areaCode(number)
	if code == "" {
		return Origin{Kind: Unknown}, nil
	}
	found, err := collect[Region](ctx, s.db, selectRegion+`
		WHERE EXISTS (SELECT FROM directory.region_area_code a WHERE a.region = r.code AND a.area_code = $1)
		ORDER BY code`, code)
	if err != nil {
		return Origin{}, fmt.Errorf("directory: regions of area code %s: %w", code, err)
	}
	return Origin{Kind: FixedLine, AreaCode: code, Regions: found}, nil
}

var (
	mobileShape = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	// Two digits after the 0 in the ten greatest cities, else three; seven or
	// eight digits of a subscriber, or a short number like 12328.
	shortArea = regexp.MustCompile(`^(010|02[0-9])[0-9]{5,8}$`)
	longArea  = regexp.MustCompile(`^(0[3-9][0-9]{2})[0-9]{5,8}$`)
)

func areaCode(number string) string {
	for _, shape := range []*regexp.Regexp{shortArea, longArea} {
		if m := shape.FindStringSubmatch(number); m != nil {
			return m[1]
		}
	}
	return ""
}

// Normalise brings a number, as received from a line or typed by a person, into
// the form that is kept and compared: as dialled within China (073184440000,
// 13800138000), foreign ones as + and digits. It drops separators and anything
// else that is no digit, and returns at most 20 characters; "" when nothing is
// left.
func Normalise(number string) string {
	plus := strings.HasPrefix(strings.TrimSpace(number), "+")
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	if len(digits) > 20 {
		digits = digits[:20]
	}
	if rest, ok := strings.CutPrefix(digits, "00"); ok && !plus {
		plus, digits = true, rest
	}
	if plus {
		rest, chinese := strings.CutPrefix(digits, "86")
		switch {
		case digits == "":
			return ""
		case !chinese:
			return "+" + digits[:min(len(digits), 19)]
		case mobileShape.MatchString(rest), strings.HasPrefix(rest, "0"):
			digits = rest
		default:
			digits = "0" + rest // abroad the 0 of the area code is left out
		}
	} else if rest, ok := strings.CutPrefix(digits, "86"); ok && len(digits) >= 12 {
		return Normalise("+86" + rest) // some carriers leave the + out; no Chinese number begins so and is so long
	}
	if rest, ok := strings.CutPrefix(digits, "0"); ok && mobileShape.MatchString(rest) {
		return rest // 0 before a mobile number of another city
	}
	return digits
}
