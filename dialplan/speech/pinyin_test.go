package speech

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/yihaotong/yihaotong/dialplan"
)

func TestPinyinReadsLikeAClerk(t *testing.T) {
	for text, want := range map[string]string{
		"欢迎拨打12328交通运输服务监督电话":      "huan1 ying2 bo1 da3 yao1 er4 san1 er4 ba1 jiao1 tong1 yun4 shu1 fu2 wu4 jian1 du1 dian4 hua4",
		"您前面还有3位来电者，预计等待约2分钟，请稍候。": "nin2 qian2 mian4 hai2 you3 san1 wei4 lai2 dian4 zhe3, yu4 ji4 deng3 dai4 yue1 liang3 fen1 zhong1, qing3 shao1 hou4.",
		"预计等待不到1分钟":                "yu4 ji4 deng3 dai4 bu2 dao4 yi4 fen1 zhong1",
		"非常满意请按1，满意请按2，不满意请按3。":    "fei1 chang2 man3 yi4 qing3 an4 yi1, man3 yi4 qing3 an4 er4, bu4 man3 yi4 qing3 an4 san1.",
		"长沙请按1，转人工请按2人工":           "chang2 sha1 qing3 an4 yi1, zhuan3 ren2 gong1 qing3 an4 er4 ren2 gong1",
		"2位，1位，12位，第2位，第1位":        "liang3 wei4, yi2 wei4, shi2 er4 wei4, di4 er4 wei4, di4 yi1 wei4",
		"车牌湘A12345":        "che1 pai2 xiang1 ei1 yao1 er4 san1 si4 wu3",
		"湘Ａ１２３４５":          "xiang1 ei1 yao1 er4 san1 si4 wu3",
		"G4京港澳高速，301路，2号线": "ji4 si4 jing1 gang3 ao4 gao1 su4, san1 ling2 yao1 lu4, er4 hao4 xian4",
		"电话0731-88886666":  "dian4 hua4 ling2 qi1 san1 yao1, ba1 ba1 ba1 ba1 liu4 liu4 liu4 liu4",
		"手机13812345678":    "shou3 ji1, yao1 san1 ba1, yao1 er4 san1 si4, wu3 liu4 qi1 ba1",
		"请拨打12122路政":       "qing3 bo1 da3 yao1 er4 yao1 er4 er4 lu4 zheng4",
		"周一至周五8:30-17:00":  "zhou1 yi1 zhi4 zhou1 wu3 ba1 dian3 san1 shi2 fen1 dao4 shi2 qi1 dian3",
		"2:05":             "liang3 dian3 ling2 wu3 fen1",
		"2021年10月1日":       "er4 ling2 er4 yi1 nian2 shi2 yue4 yi1 ri4",
		"99.5%，50%":        "bai3 fen1 zhi1 jiu3 shi2 jiu3 dian3 wu3, bai3 fen1 zhi1 wu3 shi2",
		"3-5个工作日":          "san1 dao4 wu3 ge4 gong1 zuo4 ri4",
		"1,234,567元":       "yi4 bai3 er4 shi2 san1 wan4 si4 qian1 wu3 bai3 liu4 shi2 qi1 yuan2",
		"工号8001号":          "gong1 hao4 ba1 ling2 ling2 yao1 hao4",
		"重新调整银行行业，还了再处理":    "chong2 xin1 tiao2 zheng3 yin2 hang2 hang2 ye4, hai2 le5 zai4 chu3 li3",
		"一个，一条，第一，统一，不是，不行": "yi2 ge4, yi4 tiao2, di4 yi1, tong3 yi1, bu2 shi4, bu4 xing2",
		"按#号键，按*键":          "an4 jing3 hao4 hao4 jian4, an4 xing1 hao4 jian4",
		"手机APP":             "shou3 ji1 ei1 pi4 pi4",
		"女士，旅客，绿色":          "nv3 shi4, lv3 ke4, lv4 se4",
		"。。。好！？！，":          "hao3.",
	} {
		if got, err := Pinyin(text); err != nil || got != want {
			t.Errorf("%s\n got %s, %v\nwant %s", text, got, err, want)
		}
	}
}

func TestCardinals(t *testing.T) {
	for digits, want := range map[string]string{
		"0": "ling2", "00": "ling2", "7": "qi1", "10": "shi2", "12": "shi2 er4", "20": "er4 shi2", "100": "yi4 bai3",
		"101": "yi4 bai3 ling2 yi1", "110": "yi4 bai3 yi1 shi2", "1001": "yi4 qian1 ling2 yi1", "1010": "yi4 qian1 ling2 yi1 shi2",
		"2000": "liang3 qian1", "10000": "yi2 wan4", "20000": "liang3 wan4", "10010": "yi2 wan4 ling2 yi1 shi2",
		"100000": "shi2 wan4", "1000001": "yi4 bai3 wan4 ling2 yi1", "100000000": "yi2 yi4", "100010000": "yi2 yi4 ling2 yi2 wan4",
		"1234567890123": "yao1 er4 san1 si4 wu3 liu4 qi1 ba1 jiu3 ling2 yao1 er4 san1",
	} {
		if got := cardinal(digits); got != want {
			t.Errorf("%s is read %q, want %q", digits, got, want)
		}
	}
}

func TestEverythingWeSayCanBeRead(t *testing.T) {
	flows, err := dialplan.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, f := range flows {
		texts = append(texts, f.Texts()...)
	}
	for _, p := range dialplan.Phrases {
		texts = append(texts, p.In("zh"), p.In("en"))
	}
	for ahead := range 120 {
		texts = append(texts, dialplan.Announcement(ahead, 1e9*30*1<<(ahead%8), "zh"))
	}
	for _, text := range texts {
		if languageOf(text, "") != "zh" {
			if _, err := english(text); err != nil {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		if got, err := Pinyin(text); err != nil || len(strings.Fields(got)) < min(3, utf8.RuneCountInString(text)) {
			t.Errorf("%s is read %q, %v", text, got, err)
		}
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	for text, kind := range map[string]Kind{"كالا": Unsupported, "བོད": Unsupported, "Привет": Unsupported, "。，！": Empty, "": Empty} {
		_, err := Pinyin(text)
		var wrong *Error
		if !errors.As(err, &wrong) || wrong.Kind != kind || wrong.Advice == "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestEnglishIsMadeSafe(t *testing.T) {
	for in, want := range map[string]string{
		"the 12328 hotline": "the 1 2 3 2 8  hotline",
		"press 1, in 2026":  "press 1, in 2026",
		"[[hello]] <b> -v":  "  hello    b   v",
	} {
		if got, err := english(in); err != nil || got != want {
			t.Errorf("%q becomes %q, %v", in, got, err)
		}
	}
}

func FuzzPinyin(f *testing.F) {
	for _, s := range []string{"欢迎拨打12328", "8:30-17:30", "1,234", "99.9%", "２位", "-~—3", "湘A1", "\x00", "9999999999999999", "3-", "1,23", "重"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := clean(s)
		if err != nil {
			return
		}
		got, err := Pinyin(text)
		if err == nil && strings.Trim(got, "abcdefghijklmnopqrstuvwxyz12345,. ") != "" {
			t.Errorf("%q becomes %q", s, got)
		}
		if said, err := english(text); err == nil && strings.ContainsAny(said, "[]<>\x00\n&") {
			t.Errorf("%q becomes %q", s, said)
		}
	})
}
