package recording

import (
	"encoding/binary"
	"io"
	"time"
)

// The form in which the switch records.
const (
	rate       = 8000 // frames per second
	frameBytes = 4    // two channels of 16 bits
	headBytes  = 44
	maxFrames  = int64(24 * time.Hour / time.Second * rate)
)

// wavHead returns the header of a WAV file of that many frames (RIFF, PCM, two
// channels, 16 bits, 8 kHz).
func wavHead(frames int64) []byte {
	data := uint32(frames * frameBytes) // at most 2.8 GB, see maxFrames
	h := make([]byte, 0, headBytes)
	h = append(h, "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, data+headBytes-8)
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, 1) // PCM
	h = binary.LittleEndian.AppendUint16(h, 2) // channels
	h = binary.LittleEndian.AppendUint32(h, rate)
	h = binary.LittleEndian.AppendUint32(h, rate*frameBytes)
	h = binary.LittleEndian.AppendUint16(h, frameBytes)
	h = binary.LittleEndian.AppendUint16(h, 16)
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, data)
}

// points is how many peaks a waveform has per channel, for a recording that has
// as many frames.
const points = 600

// peaks finds the loudest sample of each stretch of a recording while it passes
// by. It is an io.Writer of raw frames.
type peaks struct {
	frames int64 // in all
	at     int64 // frames seen
	rest   []byte
	left   []byte // 0 to 255 each
	right  []byte
}

func newPeaks(frames int64) *peaks {
	n := min(points, frames)
	return &peaks{frames: frames, left: make([]byte, n), right: make([]byte, n)}
}

func (p *peaks) Write(b []byte) (int, error) {
	n := len(b)
	if len(p.rest) > 0 {
		fill := min(frameBytes-len(p.rest), len(b))
		p.rest, b = append(p.rest, b[:fill]...), b[fill:]
		if len(p.rest) < frameBytes {
			return n, nil
		}
		p.frame(p.rest)
		p.rest = p.rest[:0]
	}
	for ; len(b) >= frameBytes; b = b[frameBytes:] {
		p.frame(b)
	}
	p.rest = append(p.rest, b...)
	return n, nil
}

func (p *peaks) frame(f []byte) {
	if p.at >= p.frames {
		return
	}
	i := p.at * int64(len(p.left)) / p.frames
	p.at++
	p.left[i] = max(p.left[i], loudness(f))
	p.right[i] = max(p.right[i], loudness(f[2:]))
}

// loudness brings a sample to 0 … 255; only silence is 0.
func loudness(sample []byte) byte {
	v := int(int16(binary.LittleEndian.Uint16(sample)))
	if v < 0 {
		v = -v
	}
	return byte(min((v+127)/128, 255))
}

// Waveform is the outline of a recording: the loudest sample of each of up to
// 600 stretches, 0 (silence) to 1.
type Waveform struct {
	Seconds float64
	Left    []float32 // the caller
	Right   []float32 // the agent
}

func waveform(seconds float64, stored []byte) Waveform {
	half := len(stored) / 2
	return Waveform{Seconds: seconds, Left: levels(stored[:half]), Right: levels(stored[half:])}
}

func levels(stored []byte) []float32 {
	out := make([]float32, len(stored))
	for i, b := range stored {
		out[i] = float32(b) / 255
	}
	return out
}

// count reads to the end and returns how many bytes there were.
func count(r io.Reader) (int64, error) { return io.Copy(io.Discard, r) }
