package main

import (
	"os/exec"
	"syscall"
)

// endWithUs gives a process a group of its own and makes the kernel end it
// should this program die without its clean-up.
func endWithUs(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
