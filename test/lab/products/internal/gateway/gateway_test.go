package gateway

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func env(values map[string]string) func(string) string {
	return func(key string) string { return values[key] }
}

// started runs a gateway on a free port in front of the given database service and waits until it has started.
func started(t *testing.T, database http.HandlerFunc, release Release) (base string, signals chan os.Signal, ended chan int) {
	t.Helper()
	rest := httptest.NewServer(database)
	t.Cleanup(rest.Close)
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	signals, ended = make(chan os.Signal, 1), make(chan int, 1)
	log := newLogger(io.Discard, "info", "smoltbot-gateway")
	set := settings{"gateway", release, env(map[string]string{"SUPABASE_URL": rest.URL, "HOST": "127.0.0.1", "PORT": port})}
	go func() { ended <- run(set, log, signals) }()
	base = "http://127.0.0.1:" + port
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if code, _ := get(base + "/health/startup"); code == http.StatusOK {
			return base, signals, ended
		}
	}
	t.Fatal("the gateway did not start")
	return
}

func get(url string) (int, string) {
	response, err := http.Get(url)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(body)
}

func ok(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(http.StatusOK) }

func TestOnSigtermAnOpenRequestEndsWellAndTheExitCodeIsZero(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	base, signals, ended := started(t, func(out http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodGet {
			close(entered)
			<-release
		}
	}, Release{Reads: "agents?select=id"})
	answered := make(chan int, 1)
	go func() {
		request, _ := http.NewRequest(http.MethodPost, base+"/anthropic/v1/messages", strings.NewReader("{}"))
		request.Header.Set("x-api-key", "k")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			answered <- 0
			return
		}
		_ = response.Body.Close()
		answered <- response.StatusCode
	}()
	<-entered
	signals <- syscall.SIGTERM
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if code, _ := get(base + "/health/live"); code == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("new connections are still accepted")
		}
	}
	close(release)
	if code := <-answered; code != http.StatusOK {
		t.Errorf("the open request got %d", code)
	}
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestReadinessFollowsTheDatabaseAndNamesTheFailingCheck(t *testing.T) {
	base, signals, ended := started(t, func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(503) }, Release{})
	code, body := get(base + "/health/ready")
	if code != 503 || !strings.Contains(body, `"status":"degraded"`) || !strings.Contains(body, `"supabase":{"ok":false`) {
		t.Errorf("got %d %s", code, body)
	}
	signals <- syscall.SIGTERM
	<-ended
}

func TestMetricsCountProxiedPathsHealthAndUnknownPathsOnly(t *testing.T) {
	base, signals, ended := started(t, ok, Release{})
	if _, body := get(base + "/metrics"); strings.Contains(body, "gateway_requests_total{") {
		t.Error("a series exists before the first request")
	}
	for _, path := range []string{"/health", "/nope", "/openai/v1/chat", "/health/ready", "/health/live"} {
		get(base + path)
	}
	_, body := get(base + "/metrics")
	var counted []string
	for _, line := range strings.Split(body, "\n") {
		if strings.HasPrefix(line, "gateway_requests_total{") {
			counted = append(counted, strings.TrimPrefix(line, "gateway_requests_total"))
		}
	}
	want := `{provider="openai",status="401"} 1 {provider="unknown",status="200"} 1 {provider="unknown",status="404"} 1`
	if got := strings.Join(counted, " "); got != want {
		t.Errorf("got %s", got)
	}
	signals <- syscall.SIGTERM
	<-ended
}

func TestRequiredKeysDependOnRoleAndRelease(t *testing.T) {
	three := map[string]string{"SUPABASE_URL": "u", "SUPABASE_KEY": "k", "ANTHROPIC_API_KEY": "a"}
	for name, it := range map[string]struct {
		role    string
		release Release
		missing string
	}{
		"a gateway needs three":                {"gateway", Release{}, ""},
		"a scheduler needs a fourth (T-02)":    {"scheduler", Release{}, "SUPABASE_JWT_SECRET"},
		"both roles in one need it, too":       {"all", Release{}, "SUPABASE_JWT_SECRET"},
		"a release may need one of its own":    {"gateway", Release{RequiredEnv: []string{"MNEMOM_AGENT_KEY"}}, "MNEMOM_AGENT_KEY"},
		"a scheduler of such a one needs both": {"scheduler", Release{RequiredEnv: []string{"A"}}, "A, SUPABASE_JWT_SECRET"},
	} {
		t.Run(name, func(t *testing.T) {
			err := require(it.role, it.release, env(three))
			if it.missing == "" && err != nil || it.missing != "" && (err == nil || !strings.HasSuffix(err.Error(), ": "+it.missing)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheSchedulerOpensNoPort(t *testing.T) {
	free, _ := net.Listen("tcp", "127.0.0.1:0")
	_, port, _ := net.SplitHostPort(free.Addr().String())
	_ = free.Close()
	var out bytes.Buffer
	signals, ended := make(chan os.Signal, 1), make(chan int, 1)
	set := settings{"scheduler", Release{}, env(map[string]string{"HOST": "127.0.0.1", "PORT": port})}
	go func() { ended <- run(set, newLogger(&out, "info", "smoltbot-scheduler"), signals) }()
	signals <- syscall.SIGTERM
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
	if strings.Contains(out.String(), "listening") || !strings.Contains(out.String(), `"service":"smoltbot-scheduler"`) {
		t.Errorf("log: %s", out.String())
	}
}

func TestAStreamThatIsOpenOnSigtermComesToItsEnd(t *testing.T) {
	base, signals, ended := started(t, ok, Release{})
	body := strings.NewReader(`{"stream":true,"max_tokens":5}`)
	request, _ := http.NewRequest(http.MethodPost, base+"/anthropic/v1/messages", body)
	request.Header.Set("x-api-key", "k")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	signals <- syscall.SIGTERM
	text, err := io.ReadAll(response.Body)
	_ = response.Body.Close()
	if err != nil || strings.Count(string(text), "content_block_delta") != 5 || !strings.Contains(string(text), "message_stop") {
		t.Errorf("the stream was cut: %v, %q", err, text)
	}
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
}
