package web

import (
	"math"
	"time"

	"github.com/yihaotong/yihaotong/internal/machine"
)

// Machine tells how busy the machine is.
type Machine interface{ Load() machine.Load }

// BoardResources is how busy the machine is. What is not known is null.
type BoardResources struct {
	CPUPercent    *float64  `json:"cpuPercent"`
	MemoryPercent *float64  `json:"memoryPercent"`
	DiskPercent   *float64  `json:"diskPercent" doc:"Of the disk that holds recordings and journal"`
	LoadPerCore   *float64  `json:"loadPerCore"`
	At            time.Time `json:"at"`
}

// resources are null before the first look.
func (s *Server) resources() *BoardResources {
	if s.Machine == nil {
		return nil
	}
	l := s.Machine.Load()
	if l.At.IsZero() {
		return nil
	}
	return &BoardResources{rounded(l.CPU, 1), rounded(l.Memory, 1), rounded(l.Disk, 1), rounded(l.PerCore, 2), l.At.UTC()}
}

// rounded keeps so many decimals: nobody reads more.
func rounded(v *float64, decimals int) *float64 {
	if v == nil {
		return nil
	}
	scale := math.Pow10(decimals)
	r := math.Round(*v*scale) / scale
	return &r
}
