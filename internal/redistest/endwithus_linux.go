package redistest

import (
	"os/exec"
	"syscall"
)

// endWithUs makes the kernel end the server when the test program dies without
// its clean-up, as at a test timeout.
func endWithUs(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
