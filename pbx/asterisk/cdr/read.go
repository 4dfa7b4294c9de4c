package cdr

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/big"
	"regexp"
	"strings"
	"time"

	"github.com/yihaotong/yihaotong/pbx"
)

// Record is what the switch says of one channel. A time that it does not tell,
// because the channel was never answered or is still there, is zero.
type Record struct {
	Channel pbx.ChannelID
	Linked  pbx.ChannelID // the first channel of those that had to do with each other
	Start   time.Time     // UTC, as all
	Answer  time.Time
	End     time.Time
}

// Talked is the time from the answer to the end; zero without either.
func (r Record) Talked() time.Duration {
	if r.Answer.IsZero() || r.End.IsZero() {
		return 0
	}
	return r.End.Sub(r.Answer)
}

// Limits of what is read: one line, in bytes, and the channels of one file.
const (
	maxLine     = 4 << 10
	MaxChannels = 2_000_000
)

// ErrTooMany is a file with more channels than can be held.
var ErrTooMany = fmt.Errorf("cdr: more than %d channels", MaxChannels)

var (
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@-]{0,149}$`)
	timePattern = regexp.MustCompile(`^[0-9]{1,11}\.[0-9]{1,6}$`)
)

// Read returns one Record for each channel, in the order of their beginning in
// the file. A line that is not one of the switch's (cut short by a crash,
// written by somebody else) is passed over. Channels by which somebody listens
// to another are left out. The error is that of r, or ErrTooMany; the records
// up to there come with it.
func Read(r io.Reader) ([]Record, error) {
	var out []Record
	at := map[string]int{}
	lines := bufio.NewReaderSize(r, maxLine)
	for {
		line, err := nextLine(lines)
		if err == nil || errors.Is(err, io.EOF) {
			if n, ok := parse(line); ok {
				i, known := at[n.channel]
				if !known && len(out) >= MaxChannels {
					return out, ErrTooMany
				}
				if !known {
					i = len(out)
					at[n.channel] = i
					out = append(out, Record{Channel: pbx.ChannelID(n.channel), Linked: pbx.ChannelID(n.linked)})
				}
				out[i].take(n)
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return out, fmt.Errorf("cdr: read: %w", err)
		}
	}
}

// nextLine returns a line without its end; one that is too long is empty.
func nextLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return strings.TrimRight(string(line), "\r\n"), err
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = r.ReadSlice('\n')
	}
	return "", err
}

// note is one line: something that happened to a channel.
type note struct {
	kind, channel, linked string
	at                    time.Time
}

func parse(line string) (note, bool) {
	if line == "" {
		return note{}, false
	}
	fields, err := csv.NewReader(strings.NewReader(line)).Read()
	if err != nil || len(fields) != 4 || !idPattern.MatchString(fields[2]) || strings.HasPrefix(fields[2], "listen:") {
		return note{}, false
	}
	n := note{kind: fields[0], channel: fields[2]}
	if idPattern.MatchString(fields[3]) {
		n.linked = fields[3]
	}
	var ok bool
	n.at, ok = moment(fields[1])
	return n, ok && (n.kind == "CHAN_START" || n.kind == "ANSWER" || n.kind == "CHAN_END")
}

// moment reads seconds since 1970 with a fraction of six digits.
func moment(text string) (time.Time, bool) {
	if !timePattern.MatchString(text) {
		return time.Time{}, false
	}
	seconds, ok := new(big.Rat).SetString(text)
	if !ok {
		return time.Time{}, false
	}
	micros := new(big.Rat).Mul(seconds, big.NewRat(1_000_000, 1))
	if !micros.IsInt() || !micros.Num().IsInt64() {
		return time.Time{}, false
	}
	return time.UnixMicro(micros.Num().Int64()).UTC(), true
}

// take enters a note; the first of each kind counts.
func (r *Record) take(n note) {
	field := map[string]*time.Time{"CHAN_START": &r.Start, "ANSWER": &r.Answer, "CHAN_END": &r.End}[n.kind]
	if field.IsZero() {
		*field = n.at
	}
}
