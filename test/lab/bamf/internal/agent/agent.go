// Package agent stands beside the resources: it waits for commands and meets clients at bridges.
package agent

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"lab/bamf/internal/caller"
	"lab/bamf/internal/pki"
	"lab/bamf/internal/settings"
	"lab/bamf/internal/stream"
)

const (
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

type agent struct {
	log       *slog.Logger
	config    config
	id        string
	instance  string
	api       *caller.Caller
	connected atomic.Bool
	stopping  chan struct{}

	mu      sync.Mutex
	tunnels map[string]*tunnel
}

// command is what the API server sends.
type command struct {
	Command   string `json:"command"`
	Session   string `json:"session_id"`
	Host      string `json:"bridge_host"`
	Port      int    `json:"bridge_port"`
	Resource  string `json:"resource_name"`
	Type      string `json:"resource_type"`
	Cert      string `json:"session_cert"`
	Key       string `json:"session_key"`
	Authority string `json:"ca_certificate"`
}

func (c command) meeting() stream.Meeting {
	return stream.Meeting{
		Session: c.Session, Type: c.Type, Host: c.Host, Address: net.JoinHostPort(c.Host, strconv.Itoa(c.Port)),
		Pair: pki.Pair{Certificate: c.Cert, Key: c.Key}, Authority: c.Authority,
	}
}

// Main runs an agent until it is told to stop; gives the exit code.
func Main(args []string) int {
	flags := flag.NewFlagSet("bamf-agent", flag.ContinueOnError)
	path := flags.String("config", "", "Path to agent config file (overrides $BAMF_CONFIG_FILE)")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	log := settings.Log()
	config, err := readConfig(*path)
	if err != nil {
		log.Error("failed to load configuration", "error", err.Error())
		return 1
	}
	a := &agent{
		log: log, config: config, instance: newInstance(), api: &caller.Caller{URL: config.Platform},
		stopping: make(chan struct{}), tunnels: map[string]*tunnel{},
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- a.run(ctx) }()
	select {
	case err := <-failed:
		log.Error("agent error", "error", err.Error())
		return 1
	case <-signals:
	}
	log.Info("received shutdown signal")
	// First of all, and with it every tunnel: what waits for tunnels to end finds none.
	cancel()
	a.shutdown()
	log.Info("agent stopped gracefully")
	return 0
}

func newInstance() string {
	var id [16]byte
	_, _ = rand.Read(id[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[0:4], id[4:6], id[6:8], id[8:10], id[10:])
}

func (a *agent) run(ctx context.Context) error {
	store, err := newStore(a.config.DataDir)
	if err != nil {
		return err
	}
	held, err := store.load(ctx)
	if err != nil {
		return err
	}
	if held.Certificate == "" {
		if a.config.Token == "" {
			return errors.New("no certificates found and no join token provided")
		}
		if held, err = a.join(ctx); err != nil {
			return fmt.Errorf("failed to join cluster: %w", err)
		}
		if err := store.save(ctx, held); err != nil {
			return err
		}
	}
	certificate, err := pki.ParseCertificate([]byte(held.Certificate))
	if err != nil {
		return err
	}
	a.id, a.api.Certificate = certificate.Subject.CommonName, held.Certificate
	a.log.Info("agent instance started", "instance_id", a.instance, "agent_id", a.id)
	if err := a.heartbeat(ctx); err != nil {
		a.log.Warn("initial heartbeat failed", "error", err.Error())
	}
	go a.heartbeats(ctx)
	go a.pages(ctx)
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		began := time.Now()
		err := a.listen(ctx)
		a.connected.Store(false)
		if time.Since(began) > longestPause {
			pause = firstPause
		}
		a.log.Info("reconnecting SSE", "delay", pause.String(), "error", fmt.Sprint(err))
		select {
		case <-ctx.Done():
			<-a.stopping
			return nil
		case <-time.After(pause):
		}
	}
}

func (a *agent) join(ctx context.Context) (held, error) {
	var given struct {
		Certificate string `json:"certificate"`
		Key         string `json:"private_key"`
		Authority   string `json:"ca_certificate"`
	}
	body := map[string]any{"join_token": a.config.Token, "name": a.config.Name, "labels": a.config.Labels}
	err := a.api.Post(ctx, "/api/v1/agents/join", body, &given)
	return held{given.Certificate, given.Key, given.Authority}, err
}

func (a *agent) heartbeats(ctx context.Context) {
	ticker := time.NewTicker(a.config.Heartbeat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := a.heartbeat(ctx); err != nil {
				a.log.Warn("heartbeat failed", "error", err.Error())
			}
		}
	}
}

func (a *agent) heartbeat(ctx context.Context) error {
	body := map[string]any{
		"resources": a.config.Resources, "labels": a.config.Labels, "cluster_internal": a.config.Internal,
		"instance_id": a.instance, "active_tunnels": a.count(),
	}
	return a.api.Post(ctx, "/api/v1/agents/"+a.id+"/heartbeat", body, nil)
}

func (a *agent) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.tunnels)
}

// listen takes commands from the API's event stream until that ends.
func (a *agent) listen(ctx context.Context) error {
	request, err := a.api.Request(ctx, http.MethodGet, "/api/v1/agents/"+a.id+"/events?instance_id="+a.instance, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the API answers %d", response.StatusCode)
	}
	a.connected.Store(true)
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 1<<20)
	event := ""
	for lines.Scan() {
		if name, found := strings.CutPrefix(lines.Text(), "event: "); found {
			event = name
		}
		data, found := strings.CutPrefix(lines.Text(), "data: ")
		if !found || event != "tunnel_request" {
			continue
		}
		var said command
		if err := json.Unmarshal([]byte(data), &said); err == nil {
			go a.obey(ctx, said)
		}
	}
	return errors.New("SSE connection closed")
}

func (a *agent) obey(ctx context.Context, said command) {
	a.log.Info("received tunnel request", "command", said.Command, "resource", said.Resource, "bridge", said.meeting().Address)
	if said.Command == "redial" {
		a.mu.Lock()
		held := a.tunnels[said.Session]
		a.mu.Unlock()
		if held == nil {
			a.log.Warn("redial: tunnel not found, ignoring", "session_id", said.Session)
			return
		}
		if err := held.redial(ctx, said.meeting()); err != nil {
			a.log.Error("redial: bridge reconnection failed", "session_id", said.Session, "error", err.Error())
		}
		return
	}
	target := ""
	for _, each := range a.config.Resources {
		if each.Name == said.Resource {
			target = net.JoinHostPort(each.Host, strconv.Itoa(each.Port))
		}
	}
	if target == "" {
		a.log.Error("resource not found", "name", said.Resource)
		return
	}
	opened, err := open(ctx, said.meeting(), target)
	if err != nil {
		a.log.Error("failed to create tunnel handler", "error", err.Error())
		return
	}
	a.mu.Lock()
	a.tunnels[said.Session] = opened
	a.mu.Unlock()
	began := time.Now()
	why := opened.run(ctx)
	a.log.Info("tunnel ended", "session_id", said.Session, "seconds", time.Since(began).Seconds(), "by", why)
	a.mu.Lock()
	delete(a.tunnels, said.Session)
	a.mu.Unlock()
}

// shutdown tells the API and waits until no tunnel is left, which is at once.
func (a *agent) shutdown() {
	ctx := context.Background()
	if a.id != "" {
		_ = a.api.Post(ctx, "/api/v1/agents/"+a.id+"/drain", map[string]string{"instance_id": a.instance}, nil)
	}
	for a.count() > 0 {
		time.Sleep(100 * time.Millisecond)
	}
	if a.id != "" {
		_ = a.api.Post(ctx, "/api/v1/agents/"+a.id+"/instance/"+a.instance+"/offline", nil, nil)
	}
}

// pages serves health and metrics on a fixed port; where another process has it, that is only logged.
func (a *agent) pages(ctx context.Context) {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		if !a.connected.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, "not ready")
			return
		}
		fmt.Fprint(w, "ready")
	})
	mux.HandleFunc("/metrics", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "# TYPE bamf_agent_active_tunnels gauge\nbamf_agent_active_tunnels %d\n", a.count())
		fmt.Fprint(w, "# TYPE bamf_agent_active_relay gauge\nbamf_agent_active_relay 0\n")
	})
	server := &http.Server{Addr: settings.Text("BAMF_LAB_METRICS_ADDR", ":8081"), Handler: mux}
	go func() { <-ctx.Done(); _ = server.Close() }()
	a.log.Info("starting metrics/health server", "addr", server.Addr)
	if err := server.ListenAndServe(); err != nil && ctx.Err() == nil {
		a.log.Error("metrics server error", "error", err.Error())
	}
}
