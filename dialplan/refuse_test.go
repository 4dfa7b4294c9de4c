package dialplan

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// whole is a flow in which the step "x" is replaced by each case below.
const whole = `flow: t
start: x
steps:
  x:
%s
  q:
    do: enqueue
    queue: general
  q2: {do: menu, text: 再选, options: {1: q}, default: q}
`

func TestRefusedFlowNamesFileLineAndReason(t *testing.T) {
	cases := map[string]struct {
		x      string // body of step x, from line 5
		line   int
		step   string
		reason string
	}{
		"unknown kind":           {"    do: dance", 5, "x", `unknown kind of step "dance"`},
		"no kind":                {"    text: 好", 5, "x", "`do` is missing"},
		"unknown field":          {"    do: say\n    text: 好\n    nxt: q\n    next: q2", 7, "x", `unknown field "nxt"`},
		"field twice":            {"    do: say\n    text: 好\n    text: 坏\n    next: q2", 7, "x", `"text" is given twice`},
		"unknown step":           {"    do: say\n    text: 好\n    next: nowhere", 7, "x", `there is no step "nowhere"`},
		"dead end":               {"    do: say\n    text: 好", 5, "x", `dead end: "next"`},
		"missing prompt":         {"    do: say\n    next: q2", 5, "x", "missing prompt"},
		"empty prompt":           {"    do: say\n    text: ……\n    next: q2", 6, "x", "nothing to speak"},
		"play without file":      {"    do: play\n    text: 好\n    next: q2", 5, "x", "needs `file`"},
		"recording with a path":  {"    do: play\n    file: ../../etc/passwd\n    next: q2", 6, "x", "no name of a recording"},
		"placeholder":            {"    do: say\n    text: 还有{position}位\n    next: q2", 6, "x", `"{position}" is not filled in here`},
		"second menu level":      {"    do: menu\n    text: 请选\n    options: {1: q2}\n    default: q", 10 + 2, "q2", `second menu level before people: it follows menu "x"`},
		"second menu by default": {"    do: menu\n    text: 请选\n    options: {1: q}\n    default: q2", 10 + 2, "q2", "second menu level"},
		"menu without options":   {"    do: menu\n    text: 请选\n    default: q2", 5, "x", "needs `options`"},
		"unknown key":            {"    do: menu\n    text: 请选\n    options: {12: q}\n    default: q2", 7, "x", `"12" is not a key`},
		"key A":                  {"    do: menu\n    text: 请选\n    options: {A: q}\n    default: q2", 7, "x", `"A" is not a key`},
		"key twice":              {"    do: menu\n    text: 请选\n    options: {1: q, 1: q2}\n    default: q", 7, "x", `"1" is given twice`},
		"menu without default":   {"    do: menu\n    text: 请选\n    options: {1: q}", 5, "x", `dead end: "default"`},
		"bad duration":           {"    do: menu\n    text: 请选\n    options: {1: q}\n    default: q\n    timeout: soon", 9, "x", `timeout: "soon" is not a time`},
		"duration too long":      {"    do: menu\n    text: 请选\n    options: {1: q}\n    default: q\n    timeout: 2h", 9, "x", `"2h" is not a time from 1s to 1m0s`},
		"tries":                  {"    do: menu\n    text: 请选\n    options: {1: q}\n    default: q\n    tries: 0", 9, "x", "not a whole number from 1 to 9"},
		"silent circle":          {"    do: menu\n    text: 请选\n    options: {1: q}\n    default: x", 4, "x", "loop without input: x > x"},
		"branch circle":          {"    do: branch\n    cases:\n      - when: Open\n        next: q2\n    else: x", 4, "x", "loop without input: x > x"},
		"no cases":               {"    do: branch\n    else: q2", 5, "x", "needs `cases`"},
		"when not a truth":       {"    do: branch\n    cases:\n      - when: Caller\n        next: q2\n    else: q", 7, "x", "bool"},
		"when unknown fact":      {"    do: branch\n    cases:\n      - when: Opne\n        next: q2\n    else: q", 7, "x", "Opne"},
		"when mixed types":       {"    do: branch\n    cases:\n      - when: Area == 731\n        next: q2\n    else: q", 7, "x", "mismatched types"},
		"when not finished":      {"    do: branch\n    cases:\n      - when: Open and\n        next: q2\n    else: q", 7, "x", `condition "Open and"`},
		"when endless":           {"    do: branch\n    cases:\n      - when: all(1..9999999, # > 0)\n        next: q2\n    else: q", 7, "x", "condition"},
		"when too long":          {"    do: branch\n    cases:\n      - when: " + strings.Repeat("Open or ", 300) + "Open\n        next: q2\n    else: q", 7, "x", "condition"},
		"when unknown digits":    {"    do: branch\n    cases:\n      - when: Digits.code == \"1\"\n        next: q2\n    else: q", 7, "x", `no step collects digits into "code"`},
		"case without next":      {"    do: branch\n    cases:\n      - when: Open\n    else: q2", 7, "x", `dead end: "next"`},
		"early rating":           {"    do: rate\n    text: 请评价\n    next: q2", 4, "x", "before anybody has served"},
		"rating score":           {"    do: rate\n    text: 请评价\n    keys: {1: 9}\n    next: q2", 7, "x", "not a whole number from 1 to 3"},
		"transfer number":        {"    do: transfer\n    number: 12a\n    otherwise: q2", 6, "x", "not 3 to 20 digits"},
		"transfer without plan":  {"    do: transfer\n    number: 12122", 5, "x", `dead end: "otherwise"`},
		"transfer circle":        {"    do: transfer\n    number: 12122\n    otherwise: x", 4, "x", "loop without input"},
		"digits min over max":    {"    do: digits\n    text: 请输入\n    into: code\n    min: 5\n    max: 4\n    next: q\n    otherwise: q2", 8, "x", "min 5 is more than max 4"},
		"digits terminator":      {"    do: digits\n    text: 请输入\n    into: code\n    terminator: x\n    next: q\n    otherwise: q2", 8, "x", "none of #, * and none"},
		"digits into nothing":    {"    do: digits\n    text: 请输入\n    next: q\n    otherwise: q2", 5, "x", "into is missing"},
		"queue without name":     {"    do: enqueue", 5, "x", "queue is missing"},
		"key out of line twice":  {"    do: enqueue\n    queue: a\n    keys: {1: q, 1: q2}", 7, "x", `"1" is given twice`},
		"key out of line quoted": {"    do: enqueue\n    queue: a\n    keys: {1: q, \"1\": q2}", 7, "x", `"1" is given twice`},
		"key out of line":        {"    do: enqueue\n    queue: a\n    keys: {x: q, 1: q2}", 7, "x", `"x" is not a key`},
		"key to nowhere":         {"    do: enqueue\n    queue: a\n    keys: {1: nowhere, 2: q2}", 7, "x", `there is no step "nowhere"`},
		"key without step":       {"    do: enqueue\n    queue: a\n    keys: {1: , 2: q2}", 7, "x", `dead end: "1"`},
		"keys are a list":        {"    do: enqueue\n    queue: a\n    keys: [1]\n    then: q2", 7, "x", "not a list"},
		"limit alone":            {"    do: enqueue\n    queue: a\n    limit: 5m\n    then: q2", 7, "x", "a limit needs `overflow`"},
		"limit out of range":     {"    do: enqueue\n    queue: a\n    limit: 5s\n    overflow: q2", 7, "x", `"5s" is not a time from 10s`},
		"max_ahead alone":        {"    do: enqueue\n    queue: a\n    max_ahead: 5\n    then: q2", 7, "x", "max_ahead needs `overflow`"},
		"overflow at no time":    {"    do: enqueue\n    queue: a\n    overflow: q2", 7, "x", "neither `limit` nor `max_ahead`"},
		"overflow to nowhere":    {"    do: enqueue\n    queue: a\n    limit: 5m\n    overflow: nowhere\n    then: q2", 8, "x", `there is no step "nowhere"`},
		"overflow circle":        {"    do: enqueue\n    queue: a\n    limit: 5m\n    overflow: x\n    then: q2", 4, "x", "loop without input: x > x"},
		"unstaffed circle":       {"    do: enqueue\n    queue: a\n    when_unstaffed: x\n    then: q2", 4, "x", "loop without input: x > x"},
		"hint without keys":      {"    do: enqueue\n    queue: a\n    announce: 30s\n    hint: 请按1\n    then: q2", 8, "x", "no `keys`"},
		"hint never said":        {"    do: enqueue\n    queue: a\n    keys: {1: q2}\n    hint: 请按1", 8, "x", "give `announce`"},
		"level out of range":     {"    do: enqueue\n    queue: a\n    skills: {english: 11}\n    then: q2", 7, "x", "not a whole number from 1 to 10"},
		"skill without name":     {"    do: enqueue\n    queue: a\n    skills: {a b: 1}\n    then: q2", 7, "x", `"a b" is no name of a skill`},
		"skills are a word":      {"    do: enqueue\n    queue: a\n    skills: english\n    then: q2", 7, "x", "fields (key: value) are expected"},
		"callback without next":  {"    do: callback\n    otherwise: q2", 5, "x", `dead end: "next"`},
		"callback without plan":  {"    do: callback\n    next: q2", 5, "x", `dead end: "otherwise"`},
		"quiet of no time":       {"    do: callback\n    quiet: night\n    next: q2\n    otherwise: q", 6, "x", "want hh:mm-hh:mm"},
		"quiet until never":      {"    do: callback\n    quiet: 21:00-25:00\n    next: q2\n    otherwise: q", 6, "x", `"25:00"`},
		"quiet all day":          {"    do: callback\n    quiet: 00:00-24:00\n    next: q2\n    otherwise: q", 6, "x", "begin and end at the same time"},
		"callback out of line":   {"    do: callback\n    next: q2\n    otherwise: q", 4, "x", "before the caller has a place in a line"},
		"transfer to nobody":     {"    do: transfer\n    otherwise: q2", 5, "x", "needs `number`"},
		"transfer to two":        {"    do: transfer\n    number: 12122\n    to: province\n    otherwise: q2", 7, "x", "`number` says already"},
		"numbers none":           {"    do: transfer\n    numbers: []\n    otherwise: q2", 6, "x", "1 to 10 are tried, not 0"},
		"numbers wrong":          {"    do: transfer\n    numbers: [12122, 1a]\n    otherwise: q2", 6, "x", `"1a" is not 3 to 20 digits`},
		"number is a list":       {"    do: transfer\n    number: [12122]\n    otherwise: q2", 6, "x", "several go into `numbers`"},
		"contact without name":   {"    do: transfer\n    to: a b\n    otherwise: q2", 6, "x", "no code of a contact"},
		"referral wrong":         {"    do: transfer\n    number: 12122\n    referral: '-'\n    otherwise: q2", 7, "x", "no code of a contact"},
		"refer to nothing":       {"    do: refer\n    next: q2\n    otherwise: q", 5, "x", "referral is missing"},
		"refer without plan":     {"    do: refer\n    referral: 12122\n    next: q2", 5, "x", `dead end: "otherwise"`},
		"refer by no key":        {"    do: refer\n    referral: 12122\n    key: 10\n    next: q2\n    otherwise: q", 7, "x", `"10" is not a key`},
		"refer then without key": {"    do: refer\n    referral: 12122\n    then: q\n    next: q2\n    otherwise: q", 7, "x", "no `key` connects"},
		"message too short":      {"    do: message\n    text: 请留言\n    min: 1m\n    max: 5s\n    next: q2", 7, "x", "min 1m0s is more than max 5s"},
		"language":               {"    do: language\n    language: 中文\n    next: q2", 6, "x", "no language code"},
		"text by wrong language": {"    do: say\n    text: {中文: 好}\n    next: q2", 6, "x", "no language code"},
		"cause":                  {"    do: hangup\n    cause: angry", 6, "x", `"angry" is none of`},
		"text is a list":         {"    do: say\n    text: [好]\n    next: q2", 6, "x", "fields (key: value) are expected here, not a list"},
		"alias":                  {"    do: say\n    text: *a\n    next: q2", 6, "x", "alias"},
		"title empty":            {"    do: say\n    title: ' '\n    text: 好\n    next: q2", 6, "x", "the title is empty"},
		"title too long":         {"    do: say\n    title: {zh: " + strings.Repeat("长", 41) + "}\n    text: 好\n    next: q2", 6, "x", "a title of 41 characters; at most 40"},
		"title of two lines":     {"    do: say\n    title: \"一\\n二\"\n    text: 好\n    next: q2", 6, "x", "cannot be shown in one line"},
		"title is a list":        {"    do: say\n    title: [好]\n    text: 好\n    next: q2", 6, "x", "fields (key: value) are expected here, not a list"},
		"title in no language":   {"    do: say\n    title: {中文: 好}\n    text: 好\n    next: q2", 6, "x", "no language code"},
		"body is no mapping":     {"    - do: say", 5, "x", "not a list"},
		"unreachable":            {"    do: hangup", 6, "q", "no step leads here"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Parse("flows/t.yaml", fmt.Appendf(nil, whole, c.x))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("want Problems, got %T: %v", err, err)
			}
			for _, p := range problems {
				if p.File == "flows/t.yaml" && p.Line == c.line && p.Step == c.step && strings.Contains(p.Reason, c.reason) {
					return
				}
			}
			t.Errorf("nobody says line %d, step %s: %s\n%v", c.line, c.step, c.reason, err)
		})
	}
}

func TestRefusedFileNamesLineAndReason(t *testing.T) {
	for name, c := range map[string]struct{ src, want string }{
		"empty":          {"", "f.yaml:1:1: the file is empty"},
		"only a comment": {"# nothing\n", "f.yaml:1:1: "},
		"nested":         {strings.Repeat("[", 60_000), "f.yaml:1:17: nested more than 16 deep"},
		"many lists":     {strings.Repeat("- ", 60_000), "nested more than"},
		"many lines":     {strings.Repeat("x: y\n", 10_000), "f.yaml:5001:0: more than 5000 lines"},
		"a list":         {"- flow\n", "f.yaml:1:1: fields (key: value) are expected"},
		"a word":         {"hello\n", `not "hello"`},
		"no steps":       {"flow: a\n", "f.yaml:1:1: a flow needs `steps`"},
		"steps empty":    {"flow: a\nsteps: {}\n", "f.yaml:2:8: a flow needs at least one step"},
		"syntax":         {"flow: a\nsteps: {\n", "not YAML"},
		"tab":            {"flow: a\nsteps:\n\tx: 1\n", "f.yaml:3:"},
		"not UTF-8":      {"flow: \xff\n", "f.yaml:1:1: the file is not UTF-8"},
		"too long":       {"# " + strings.Repeat("长", MaxSource/3) + "\n", "bytes; at most"},
		"two documents":  {"flow: a\n---\nflow: b\n", "it holds 2 documents"},
		"start unknown":  {"flow: a\nstart: y\nsteps:\n  x: {do: hangup}\n", `f.yaml:2:8: there is no step "y"`},
		"unknown at top": {"flow: a\nauthor: me\nsteps:\n  x: {do: hangup}\n", `f.yaml:2:1: unknown field "author"`},
		"quiet at top":   {"flow: a\nquiet: 22-7\nsteps:\n  x: {do: hangup}\n", `f.yaml:2:8: quiet: read time of day "22"`},
		"no flow name":   {"steps:\n  x: {do: hangup}\n", "f.yaml:1:1: flow is missing"},
		"step name":      {"flow: a\nsteps:\n  a b: {do: hangup}\n", `f.yaml:3:3: "a b" is no name for a step`},
		"reserved path":  {"flow: a\nsteps:\n  a>b: {do: hangup}\n", `"a>b" is no name for a step`},
	} {
		t.Run(name, func(t *testing.T) {
			flow, err := Parse("f.yaml", []byte(c.src))
			if err == nil || flow != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("want %q, got %v", c.want, err)
			}
		})
	}
}

func TestAllProblemsAreToldAtOnceInTheOrderOfTheFile(t *testing.T) {
	_, err := Parse("f.yaml", []byte(`flow: a
steps:
  one: {do: say, next: two}
  two: {do: jump}
  three: {do: menu, text: 请选, options: {x: gone}, default: gone}
`))
	want := `f.yaml:3:9: step one: missing prompt: neither ` + "`text` nor `file`" + ` is given
f.yaml:4:13: step two: unknown kind of step "jump"; known: branch, callback, digits, enqueue, hangup, language, menu, message, play, rate, refer, say, transfer
f.yaml:5:41: step three: "x" is not a key of a telephone (0-9, *, #)
f.yaml:5:60: step three: there is no step "gone"`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}
