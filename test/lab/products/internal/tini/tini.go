// Package tini holds the programs that run as process 1 of a container.
package tini

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// notFound is the exit code of a program that does not exist, as a shell and tini report it.
const notFound = 127

// Main starts the program behind `--`, passes signals on, reaps children and takes over its exit code.
func Main(args []string) int {
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "tini: no program given")
		return 1
	}
	path, err := exec.LookPath(args[0])
	if err != nil {
		fmt.Fprintf(os.Stderr, "[FATAL tini] exec %s failed: No such file or directory\n", args[0])
		return notFound
	}
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
	child, err := os.StartProcess(path, args, &os.ProcAttr{
		Env:   os.Environ(),
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "[FATAL tini] exec %s failed: %v\n", args[0], err)
		return 126
	}
	go func() {
		for received := range signals {
			_ = child.Signal(received)
		}
	}()
	return reap(child.Pid)
}

// reap waits for every child and returns the exit code of the wanted one.
func reap(pid int) int {
	for {
		var status syscall.WaitStatus
		ended, err := syscall.Wait4(-1, &status, 0, nil)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return 1
		}
		if ended != pid {
			continue
		}
		if status.Signaled() {
			return 128 + int(status.Signal())
		}
		return status.ExitStatus()
	}
}

// Pause holds the namespaces of a pod: it reaps orphans and ends with 0 on SIGTERM or SIGINT.
func Pause([]string) int {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD)
	for received := range signals {
		if received != syscall.SIGCHLD {
			return 0
		}
		for {
			if pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil); pid <= 0 || err != nil {
				break
			}
		}
	}
	return 0
}
