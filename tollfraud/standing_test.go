package tollfraud_test

import (
	"testing"

	"github.com/yihaotong/yihaotong/tollfraud"
)

func TestHighestStandingOfANumberCounts(t *testing.T) {
	list := []tollfraud.Known{
		{Number: "13900000001", Trunk: "mobile"},
		{Number: "13900000001", Colleague: true},
		{Number: "12306", Referral: true},
		{Number: "12395", Emergency: true, Referral: true, Trunk: "sea"},
		{Number: "nonsense", Emergency: true},
	}
	for _, tt := range []struct {
		number, wished, trunk string
		want                  tollfraud.Standing
	}{
		{"+86 139 0000 0001", "", "", tollfraud.Colleague},
		{"12306", "other", "other", tollfraud.Referral},
		{"12395", "", "sea", tollfraud.Emergency},
		{"12395", "other", "other", tollfraud.Emergency},
		{"13900000002", "", "", tollfraud.Stranger},
		{"nonsense", "", "", tollfraud.Stranger},
	} {
		got := tollfraud.Request{Number: tt.number, Trunk: tt.wished}.Stand(list)
		if got.Standing != tt.want || got.Trunk != tt.trunk || got.Number != tt.number {
			t.Errorf("%s: %+v", tt.number, got)
		}
	}
}
