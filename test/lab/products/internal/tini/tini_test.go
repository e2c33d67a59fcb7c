package tini

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// The test binary starts itself as tini, because tini waits for every child of its process.
func TestMain(m *testing.M) {
	if os.Getenv("AS_TINI") != "" {
		os.Exit(Main(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func start(t *testing.T, args ...string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	var out strings.Builder
	command := exec.Command(os.Args[0], args...)
	command.Env = append(os.Environ(), "AS_TINI=1")
	command.Stdout, command.Stderr = &out, &out
	return command, &out
}

func TestAProgramThatDoesNotExistEndsWith127(t *testing.T) {
	command, out := start(t, "--", "migrate")
	_ = command.Run()
	if code := command.ProcessState.ExitCode(); code != 127 || !strings.Contains(out.String(), "exec migrate failed") {
		t.Errorf("got %d %s", code, out)
	}
}

func TestTheExitCodeOfTheProgramIsTakenOver(t *testing.T) {
	command, _ := start(t, "--", "sh", "-c", "exit 7")
	_ = command.Run()
	if code := command.ProcessState.ExitCode(); code != 7 {
		t.Errorf("got %d", code)
	}
}

func TestASignalReachesTheProgram(t *testing.T) {
	command, _ := start(t, "--", "sh", "-c", "trap 'exit 9' TERM; echo started; while :; do sleep 0.01; done")
	command.Stdout = nil
	pipe, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = pipe.Read(make([]byte, 1))
	_ = command.Process.Signal(syscall.SIGTERM)
	_ = command.Wait()
	if code := command.ProcessState.ExitCode(); code != 9 {
		t.Errorf("got %d", code)
	}
}

func TestAKilledProgramEndsWithItsSignal(t *testing.T) {
	command, _ := start(t, "sh", "-c", "kill -KILL $$")
	_ = command.Run()
	if code := command.ProcessState.ExitCode(); code != 137 {
		t.Errorf("got %d", code)
	}
}
