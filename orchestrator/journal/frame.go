package journal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"github.com/yihaotong/yihaotong/orchestrator"
)

// An entry of the log is the CRC-32C of its body, 4 bytes little-endian, and
// the body: a fact as JSON. The log itself knows only lengths and would take a
// half-written entry for a whole one.

const sumSize = 4

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errDamaged = errors.New("journal: a damaged entry")

// seal makes an entry of a fact.
func seal(f orchestrator.Fact) ([]byte, error) {
	body, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("journal: encode fact %s: %w", f.ID, err)
	}
	return sealBody(body), nil
}

func sealBody(body []byte) []byte {
	entry := make([]byte, sumSize, sumSize+len(body))
	binary.LittleEndian.PutUint32(entry, crc32.Checksum(body, castagnoli))
	return append(entry, body...)
}

// whole reports whether an entry is as it was written.
func whole(entry []byte) bool {
	return len(entry) > sumSize &&
		binary.LittleEndian.Uint32(entry) == crc32.Checksum(entry[sumSize:], castagnoli)
}

// unseal reads the fact of an entry.
func unseal(entry []byte) (orchestrator.Fact, error) {
	var f orchestrator.Fact
	if !whole(entry) {
		return f, errDamaged
	}
	if err := json.Unmarshal(entry[sumSize:], &f); err != nil {
		return f, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if f.ID == "" {
		return f, fmt.Errorf("%w: it has no id", errDamaged)
	}
	return f, nil
}
