package speech

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
)

// Rate is the sampling rate of everything made here, in Hz; one channel of 16
// bit samples, as telephone lines and switches have it.
const Rate = 8000

// Ending is the file name ending of sounds; switches are given names without.
const Ending = ".wav"

func isWAV(b []byte) bool {
	return len(b) > 44 && bytes.Equal(b[:4], []byte("RIFF")) && bytes.Equal(b[8:12], []byte("WAVE"))
}

// wav writes samples as a file.
func wav(samples []int16) []byte {
	var b bytes.Buffer
	size := uint32(len(samples) * 2)
	b.WriteString("RIFF")
	head := []any{
		36 + size, [8]byte([]byte("WAVEfmt ")), uint32(16), uint16(1), uint16(1),
		uint32(Rate), uint32(2 * Rate), uint16(2), uint16(16), [4]byte([]byte("data")), size, samples,
	}
	for _, v := range head {
		_ = binary.Write(&b, binary.LittleEndian, v) // a Buffer takes everything
	}
	return b.Bytes()
}

// shape is what sox does to speech: rumble cut, silence at both ends trimmed
// to 50 ms, peak at -3 dB (about -20 dB on average), as loud as a person.
var shape = []string{
	"highpass", "100",
	"silence", "1", "0.01", "0.3%", "reverse", "silence", "1", "0.01", "0.3%", "reverse",
	"pad", "0.05", "0.05", "norm", "-3",
}

// convert makes a file for the telephone out of a sound file. format is the
// name sox has for what comes in, so that sox does not guess by content.
func convert(ctx context.Context, sox string, in []byte, format, to string, effects []string) error {
	return place(to, func(temporary string) error {
		args := []string{
			"-V1", "-D", "-t", format, "-", "-t", "wav", "-r", fmt.Sprint(Rate), "-c", "1", "-b", "16", "-e", "signed-integer",
			temporary,
		}
		if _, err := run(ctx, in, sox, append(args, effects...)...); err != nil {
			return err
		}
		info, err := os.Stat(temporary)
		if err != nil {
			return &Error{Kind: Failed, Reason: "sox has made no file", Err: err}
		}
		if info.Size() <= 44+Rate*2/10 { // less than the 50 ms at both ends
			return &Error{Kind: Failed, Reason: "the voice has made nothing but silence"}
		}
		return nil
	})
}

// place makes a file appear whole or not at all: make fills a temporary file
// beside it, which is then renamed.
func place(to string, make func(temporary string) error) error {
	fail := func(err error) error {
		return &Error{
			Kind: Failed, Reason: "the sound cannot be kept", Err: err,
			Advice: "see that the folder " + filepath.Dir(to) + " can be written and the disk is not full",
		}
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fail(err)
	}
	f, err := os.CreateTemp(filepath.Dir(to), ".making-*"+Ending)
	if err != nil {
		return fail(err)
	}
	defer os.Remove(f.Name()) // gone already if all went well
	f.Close()
	if err := make(f.Name()); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil { // the switch is another user
		return fail(err)
	}
	if err := os.Rename(f.Name(), to); err != nil {
		return fail(err)
	}
	return nil
}
