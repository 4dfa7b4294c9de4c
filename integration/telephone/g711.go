package telephone

import "math/bits"

// encode is ITU-T G.711, µ-law for payload type 0, A-law for 8.
func encode(payload byte, x int16) byte {
	if payload == 0 {
		return ulaw(x)
	}
	return alaw(x)
}

func decode(payload, b byte) int16 {
	if payload == 0 {
		return fromUlaw(b)
	}
	return fromAlaw(b)
}

const ulawBias = 0x84

func ulaw(x int16) byte {
	sign, v := byte(0), int(x)
	if v < 0 {
		sign, v = 0x80, -v
	}
	v = min(v, 32635) + ulawBias
	segment := bits.Len(uint(v)) - 8
	return ^(sign | byte(segment<<4) | byte(v>>(segment+3))&0x0f)
}

func fromUlaw(b byte) int16 {
	b = ^b
	v := (int(b&0x0f)<<3+ulawBias)<<(b>>4&7) - ulawBias
	if b&0x80 != 0 {
		v = -v
	}
	return int16(v)
}

func alaw(x int16) byte {
	sign, v := byte(0x80), int(x)>>3
	if v < 0 {
		sign, v = 0, -v-1
	}
	if v < 32 {
		return (sign | byte(v>>1)) ^ 0x55
	}
	segment := bits.Len(uint(v)) - 5
	return (sign | byte(segment<<4) | byte(v>>segment)&0x0f) ^ 0x55
}

func fromAlaw(b byte) int16 {
	b ^= 0x55
	segment, v := int(b>>4&7), int(b&0x0f)<<4+8
	if segment > 0 {
		v = (v + 0x100) << (segment - 1)
	}
	if b&0x80 == 0 {
		v = -v
	}
	return int16(v)
}
