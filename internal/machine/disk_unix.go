//go:build unix

package machine

import "syscall"

// Disk is how full the disk of a folder is, as df shows it: what only
// root may still use counts as used.
func Disk(folder string) *float64 {
	var s syscall.Statfs_t
	if syscall.Statfs(folder, &s) != nil {
		return nil
	}
	used := float64(s.Blocks) - float64(s.Bfree)
	return percent(used, used+float64(s.Bavail))
}
