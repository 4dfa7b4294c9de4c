package ticketing

import (
	"regexp"
	"strings"
	"time"
)

// A ticket's number is the site's region code (6 digits), the day at the site
// (yyyymmdd), the channel (2 digits) and a sequence of that site, day and
// channel (6 digits, from 1); a child adds -01 to its root's. It is issued once,
// at registration, and never changes. Numbers may be missing from a sequence.
// This is our default: the official coding could not be read.
var numberForm = regexp.MustCompile(`^[0-9]{22}(-[0-9]{2})?$`)

// beijing is the time of every Chinese region (no summer time since 1991).
var beijing = time.FixedZone("Asia/Shanghai", 8*60*60)

// numberHead is the number without channel and sequence.
func numberHead(site string, now time.Time, zone *time.Location) string {
	return site + now.In(zone).Format("20060102")
}

// numberKey brings telephone numbers that mean the same to one form, so that a
// caller is found again: digits only, without 86 before it and without the 0
// that exchanges put before mobile numbers of other cities. What has fewer than
// five digits is no number to find anybody by, and has the key "".
func numberKey(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			r += '0' - '０'
		}
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	digits = strings.TrimPrefix(digits, "00")
	if len(digits) >= 12 && strings.HasPrefix(digits, "86") {
		digits = digits[2:]
		if digits[0] != '0' && !mobile(digits) {
			digits = "0" + digits // +86 731 … is 0731 … at home
		}
	}
	if strings.HasPrefix(digits, "0") && mobile(digits[1:]) {
		digits = digits[1:]
	}
	if len(digits) < 5 {
		return ""
	}
	return digits
}

func mobile(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '3'
}
