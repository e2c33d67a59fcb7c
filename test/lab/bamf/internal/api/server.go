// Package api is the central server: it keeps what lives in Redis and PostgreSQL, and tells agents and clients which bridge to meet at.
package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/redis/go-redis/v9"

	"lab/bamf/internal/pki"
	"lab/bamf/internal/settings"
)

// startFailed is the exit code of upstream's server where its start fails.
const startFailed = 3

type server struct {
	Settings
	log       *slog.Logger
	db        *pgxpool.Pool
	redis     *redis.Client
	authority *pki.Authority
	asked     atomic.Int64
}

// refusal is an answer other than success, in the words of upstream's framework.
type refusal struct {
	status int
	detail string
}

func (r refusal) Error() string { return r.detail }

func refuse(status int, detail string, args ...any) error {
	return refusal{status, fmt.Sprintf(detail, args...)}
}

// Main runs an API server until it is told to stop; gives the exit code.
func Main() int {
	log := settings.Log()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	s, err := start(ctx, log)
	if err != nil {
		fmt.Fprintln(os.Stderr, "ERROR:    Traceback (most recent call last):\n"+err.Error())
		fmt.Fprintln(os.Stderr, "ERROR:    Application startup failed. Exiting.")
		return startFailed
	}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		log.Error("cannot listen", "error", err)
		return 1
	}
	web := &http.Server{Handler: s.routes()}
	go func() { _ = web.Serve(listener) }()
	// The version over HTTP and in the log is the same for every release.
	log.Info("Starting BAMF API server", "version", "0.1.0")
	<-ctx.Done()
	log.Info("Shutting down")
	// As with upstream's server, an agent's open event stream keeps the process until it is killed.
	_ = web.Shutdown(context.Background())
	return 0
}

func start(ctx context.Context, log *slog.Logger) (*server, error) {
	with, err := ReadSettings()
	if err != nil {
		return nil, err
	}
	s := &server{Settings: with, log: log}
	databaseURL, err := postgresURL(s.DatabaseURL)
	if err != nil {
		return nil, err
	}
	options, err := redis.ParseURL(s.RedisURL)
	if err != nil {
		return nil, err
	}
	s.redis = redis.NewClient(options)
	if s.db, err = pgxpool.New(ctx, databaseURL); err != nil {
		return nil, errors.New("the database URL cannot be read")
	}
	if err := s.loadAuthority(ctx); err != nil {
		return nil, err
	}
	if s.Release.Revocations {
		if err := s.loadRevocations(ctx); err != nil {
			return nil, err
		}
	}
	return s, nil
}

type handler func(*http.Request) (any, error)

func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	add := func(pattern string, work handler) { mux.HandleFunc(pattern, s.answer(work)) }
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]string{"status": "healthy"})
	})
	mux.HandleFunc("GET /ready", s.ready)
	mux.HandleFunc("GET /api/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"openapi": "3.1.0", "info": map[string]string{"title": "BAMF API", "version": "0.1.0"}})
	})
	add("POST /api/v1/internal/bridges/bootstrap", s.bootstrapBridge)
	add("POST /api/v1/internal/bridges/register", s.bridgeOnly(s.registerBridge))
	add("POST /api/v1/internal/bridges/{id}/status", s.bridgeOnly(s.bridgeStatus))
	add("POST /api/v1/internal/bridges/{id}/heartbeat", s.bridgeOnly(s.bridgeHeartbeat))
	add("POST /api/v1/internal/bridges/{id}/drain", s.bridgeOnly(s.drainBridge))
	add("POST /api/v1/internal/tunnels/established", s.bridgeOnly(s.tunnelEstablished))
	add("POST /api/v1/internal/tunnels/closed", s.bridgeOnly(s.tunnelClosed))
	add("POST /api/v1/internal/proxy/authorize", s.authorizeProxy)
	add("POST /api/v1/connect", s.users(s.connect))
	add("POST /api/v1/agents/join", s.joinAgent)
	add("POST /api/v1/agents/{id}/heartbeat", s.agentOnly(s.agentHeartbeat))
	add("POST /api/v1/agents/{id}/drain", s.agentOnly(s.drainAgent))
	add("POST /api/v1/agents/{id}/instance/{instance}/offline", s.agentOnly(s.agentOffline))
	mux.HandleFunc("GET /api/v1/agents/{id}/events", s.agentEvents)
	add("GET /api/v1/agents", s.users(s.listAgents))
	add(fmt.Sprintf("GET /api/v1/%ss", s.Release.Edge), s.users(s.listPlaces))
	return mux
}

// answer gives what the work gives, or its refusal; a failure of Redis or PostgreSQL is a 500.
func (s *server) answer(work handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, err := work(r)
		var refused refusal
		switch {
		case err == nil && strings.HasSuffix(r.URL.Path, "/join"):
			writeJSON(w, http.StatusCreated, given)
		case err == nil:
			writeJSON(w, http.StatusOK, given)
		case errors.As(err, &refused):
			writeJSON(w, refused.status, map[string]string{"detail": refused.detail})
		default:
			s.log.Error("unhandled exception", "path", r.URL.Path, "error", err.Error())
			writeJSON(w, http.StatusInternalServerError, map[string]string{"detail": "Internal server error"})
		}
	}
}

func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	word := map[bool]string{true: "healthy", false: "unhealthy"}
	database, cache := s.db.Ping(ctx) == nil, s.redis.Ping(ctx).Err() == nil
	checks := map[string]string{"database": word[database], "redis": word[cache]}
	if database && cache {
		writeJSON(w, http.StatusOK, map[string]any{"status": "ready", "checks": checks})
		return
	}
	writeJSON(w, http.StatusServiceUnavailable, map[string]any{"status": "not ready", "checks": checks})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func bodyOf[Body any](r *http.Request) (Body, error) {
	var body Body
	bytes, err := io.ReadAll(r.Body)
	if err != nil {
		return body, err
	}
	if len(bytes) == 0 {
		return body, nil
	}
	if err := json.Unmarshal(bytes, &body); err != nil {
		return body, refuse(http.StatusUnprocessableEntity, "%v", err)
	}
	return body, nil
}

var done = map[string]string{"message": "OK"}
