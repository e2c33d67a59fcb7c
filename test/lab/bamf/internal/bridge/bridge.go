// Package bridge is where clients and agents meet: it joins their connections and copies bytes.
package bridge

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"lab/bamf/internal/caller"
	"lab/bamf/internal/pki"
	"lab/bamf/internal/settings"
)

const (
	bootstrapLimit = 30 * time.Second
	heartbeatEach  = 10 * time.Second
	matchLimit     = 30 * time.Second
	closedLimit    = 5 * time.Second
)

type bridge struct {
	log     *slog.Logger
	id      string
	host    string
	place   string
	release settings.Release
	fault   settings.Fault
	limit   time.Duration
	// late is how long after the order to stop the tunnels end: upstream ends them at once, and yet some later than it asks to drain them if it gets too little CPU.
	late     time.Duration
	api      *caller.Caller
	tls      *tls.Config
	tunnels  *tunnels
	listener net.Listener
	front    *http.Server
	draining atomic.Bool
	sent     atomic.Int64
	received atomic.Int64

	mu      sync.Mutex
	waiting map[string]*end
	ends    sync.WaitGroup
}

// end is one side of a tunnel that waits for the other.
type end struct {
	client bool
	match  chan net.Conn
}

var trailingNumber = regexp.MustCompile(`-(\d+)$`)

// Main runs a bridge until it is told to stop; gives the exit code.
func Main() int {
	log := settings.Log()
	host, _ := os.Hostname()
	b := &bridge{
		log:     log,
		id:      settings.Text("BAMF_BRIDGE_ID", host),
		release: settings.TheRelease(),
		fault:   settings.TheFault(),
		limit:   settings.Span("BAMF_SHUTDOWN_TIMEOUT", 90*time.Second),
		late:    settings.Span("BAMF_LAB_TUNNELS_END_LATE", 0),
		api:     &caller.Caller{URL: settings.Text("BAMF_API_URL", "http://localhost:8000")},
		waiting: map[string]*end{},
	}
	b.tunnels = newTunnels(b.fault == settings.BridgeNeverDrains)
	domain := os.Getenv("BAMF_TUNNEL_DOMAIN")
	if domain == "" {
		log.Error("failed to load configuration", "error", "BAMF_TUNNEL_DOMAIN is required")
		return 1
	}
	ordinal := "0"
	if match := trailingNumber.FindStringSubmatch(b.id); match != nil {
		ordinal = match[1]
	}
	b.host = settings.Text("BAMF_HOSTNAME", ordinal+".bridge."+domain)
	b.place = os.Getenv("BAMF_" + strings.ToUpper(b.release.Edge) + "_NAME")
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	if b.fault == settings.BridgeNeverReady {
		return b.neverReady(signals)
	}
	if err := b.bootstrap(); err != nil {
		log.Error("failed to create bridge server", "error", err.Error())
		return 1
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	health, err := b.start(ctx)
	if err != nil {
		log.Error("bridge server error", "error", err.Error())
		return 1
	}
	<-signals
	log.Info("received shutdown signal")
	// First of all, and with it every tunnel: what drains afterwards finds little that is left.
	cancel()
	b.drain()
	_ = health.Close()
	log.Info("bridge server stopped gracefully")
	return 0
}

func (b *bridge) neverReady(signals chan os.Signal) int {
	listener, err := net.Listen("tcp", settings.Text("BAMF_HEALTH_ADDR", ":8080"))
	if err != nil {
		return 1
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status":"healthy"}`) })
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprint(w, `{"status":"starting"}`)
	})
	go func() { _ = http.Serve(listener, mux) }()
	<-signals
	return 0
}

// bootstrap asks for a certificate at each start, since nothing of the last one is kept.
func (b *bridge) bootstrap() error {
	secret := os.Getenv("BAMF_BOOTSTRAP_TOKEN")
	if secret == "" {
		return errors.New("no certificate found and BAMF_BOOTSTRAP_TOKEN not set")
	}
	ctx, cancel := context.WithTimeout(context.Background(), bootstrapLimit)
	defer cancel()
	var given struct {
		Certificate string `json:"certificate"`
		Key         string `json:"private_key"`
		Authority   string `json:"ca_certificate"`
	}
	body := map[string]string{"bridge_id": b.id, "hostname": b.host, "bootstrap_token": secret}
	if err := b.api.Post(ctx, "/api/v1/internal/bridges/bootstrap", body, &given); err != nil {
		return fmt.Errorf("failed to bootstrap: %w", err)
	}
	certificate, err := tls.X509KeyPair([]byte(given.Certificate), []byte(given.Key))
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(given.Authority))
	b.api.Certificate = given.Certificate
	b.tls = &tls.Config{
		Certificates: []tls.Certificate{certificate}, ClientCAs: roots, ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13,
	}
	return nil
}

// start listens, registers, and serves health last, so that only a registered bridge is ready.
func (b *bridge) start(ctx context.Context) (*http.Server, error) {
	health, err := net.Listen("tcp", settings.Text("BAMF_HEALTH_ADDR", ":8080"))
	if err != nil {
		return nil, err
	}
	if b.listener, err = tls.Listen("tcp", settings.Text("BAMF_TUNNEL_ADDR", ":8443"), b.tls); err != nil {
		return nil, err
	}
	b.serveFront()
	body := map[string]string{"bridge_id": b.id, "hostname": b.host, b.release.Edge + "_name": b.place}
	if err := b.api.Post(ctx, "/api/v1/internal/bridges/register", body, nil); err != nil {
		return nil, fmt.Errorf("failed to register with API: %w", err)
	}
	go b.heartbeats(ctx)
	go b.accept(ctx)
	web := &http.Server{Handler: b.pages()}
	go func() { _ = web.Serve(health) }()
	return web, nil
}

// serveFront answers HTTPS, as upstream does for health alone. Without the right to a low port this bridge goes on without it; upstream's runs as root.
func (b *bridge) serveFront() {
	b.front = &http.Server{Handler: b.pages()}
	listener, err := tls.Listen("tcp", settings.Text("BAMF_HTTPS_ADDR", ":443"), &tls.Config{Certificates: b.tls.Certificates, MinVersion: tls.VersionTLS13})
	if err != nil {
		b.log.Warn("HTTPS is not served", "error", err.Error())
		return
	}
	go func() { _ = b.front.Serve(listener) }()
}

func (b *bridge) heartbeats(ctx context.Context) {
	ticker := time.NewTicker(heartbeatEach)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		all, _, _ := b.tunnels.count()
		body := map[string]any{"active_tunnels": all, "hostname": b.host, b.release.Edge + "_name": b.place}
		if err := b.api.Post(ctx, "/api/v1/internal/bridges/"+b.id+"/heartbeat", body, nil); err != nil {
			b.log.Warn("heartbeat failed", "error", err.Error())
		}
	}
}

func (b *bridge) pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"status":"healthy"}`) })
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		if b.draining.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"status":"draining"}`)
			return
		}
		fmt.Fprint(w, `{"status":"ready"}`)
	})
	mux.HandleFunc("/metrics", b.metrics)
	return mux
}

func (b *bridge) metrics(w http.ResponseWriter, _ *http.Request) {
	all, fixed, byProtocol := b.tunnels.count()
	draining := 0
	if b.draining.Load() {
		draining = 1
	}
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	write := func(name, kind, help string, value int64) {
		fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n%s %d\n", name, help, name, kind, name, value)
	}
	write("bamf_bridge_active_relays", "gauge", "Number of active HTTP relay connections to agents", 0)
	write("bamf_bridge_active_tunnels", "gauge", "Number of active tunnels on this bridge pod", int64(all))
	const perProtocol = "bamf_bridge_active_tunnels_by_protocol"
	fmt.Fprintf(w, "# HELP %s Number of active tunnels by protocol type\n# TYPE %s gauge\n", perProtocol, perProtocol)
	for protocol, count := range byProtocol {
		fmt.Fprintf(w, "%s{protocol=%q} %d\n", perProtocol, protocol, count)
	}
	write("bamf_bridge_bytes_received_total", "counter", "Total bytes received through tunnels (agent to client)", b.received.Load())
	write("bamf_bridge_bytes_sent_total", "counter", "Total bytes sent through tunnels (client to agent)", b.sent.Load())
	write("bamf_bridge_draining", "gauge", "Whether this bridge pod is currently draining (1=draining, 0=normal)", int64(draining))
	write("bamf_bridge_non_migratable_tunnels", "gauge", "Number of active non-migratable tunnels (ssh-audit)", int64(fixed))
}

func (b *bridge) accept(ctx context.Context) {
	for {
		conn, err := b.listener.Accept()
		if err != nil {
			return
		}
		b.ends.Add(1)
		go func() {
			defer b.ends.Done()
			b.serve(ctx, conn.(*tls.Conn))
		}()
	}
}

// serve reads whose connection this is, and waits for the other side or is what the other side waits for.
func (b *bridge) serve(ctx context.Context, conn *tls.Conn) {
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return
	}
	session := pki.SessionOf(conn.ConnectionState().PeerCertificates[0])
	reader := bufio.NewReader(conn)
	line, err := reader.ReadString('\n')
	if err != nil || session.Bridge != b.id || strings.TrimSpace(line) != session.ID {
		_ = conn.Close()
		return
	}
	if _, err := reader.ReadString('\n'); err != nil {
		_ = conn.Close()
		return
	}
	mine := buffered{reader, conn}
	client := session.Role == "client"
	b.mu.Lock()
	if other := b.waiting[session.ID]; other != nil && other.client != client {
		delete(b.waiting, session.ID)
		b.mu.Unlock()
		other.match <- mine
		return
	}
	me := &end{client, make(chan net.Conn, 1)}
	b.waiting[session.ID] = me
	b.mu.Unlock()
	select {
	case other := <-me.match:
		if client {
			b.join(ctx, session, mine, other)
		} else {
			b.join(ctx, session, other, mine)
		}
		return
	case <-ctx.Done():
	case <-time.After(matchLimit):
		b.log.Warn("session match timeout", "session_id", session.ID)
	}
	b.mu.Lock()
	if b.waiting[session.ID] == me {
		delete(b.waiting, session.ID)
	}
	b.mu.Unlock()
	_ = conn.Close()
}

type buffered struct {
	reader *bufio.Reader
	net.Conn
}

func (b buffered) Read(p []byte) (int, error) { return b.reader.Read(p) }

// join runs a tunnel from its beginning to its end. One that cannot move outlives the stop, until the drain ends it.
func (b *bridge) join(ctx context.Context, session pki.Session, client, agent net.Conn) {
	go b.say(ctx, "established", session.ID)
	protocol := "tunnel"
	if terminated[session.Type] || strings.HasSuffix(session.Type, "-audit") {
		protocol = session.Type
	}
	joined := newTunnel(session.ID, protocol, client, agent)
	b.tunnels.add(joined)
	defer b.tunnels.remove(joined)
	if terminated[session.Type] {
		joined.run(context.WithoutCancel(ctx), &b.sent, &b.received)
		b.say(context.WithoutCancel(ctx), "closed", session.ID)
		return
	}
	joined.run(b.ending(ctx), &b.sent, &b.received)
	go b.say(context.WithoutCancel(ctx), "closed", session.ID)
}

// ending is over when the tunnels are to end.
func (b *bridge) ending(ctx context.Context) context.Context {
	if b.late == 0 {
		return ctx
	}
	later, end := context.WithCancel(context.WithoutCancel(ctx))
	context.AfterFunc(ctx, func() { time.AfterFunc(b.late, end) })
	return later
}

func (b *bridge) say(ctx context.Context, what, session string) {
	limited, cancel := context.WithTimeout(ctx, closedLimit)
	defer cancel()
	body := map[string]any{"session_token": session, "tunnel_id": session, "bytes_sent": 0, "bytes_received": 0}
	if err := b.api.Post(limited, "/api/v1/internal/tunnels/"+what, body, nil); err != nil {
		b.log.Warn("failed to notify tunnel "+what, "error", err.Error())
	}
}
