package gateway

import (
	"context"
	"encoding/json"
	"net/http"
	"sync/atomic"
	"time"
)

const databaseLimit = 5 * time.Second

// direct goes through no proxy, whatever the environment says.
var direct = &http.Client{Timeout: databaseLimit, Transport: &http.Transport{MaxIdleConnsPerHost: 32}}

// check is one entry of the body of /health/ready.
type check struct {
	OK        bool   `json:"ok"`
	LatencyMs *int64 `json:"latencyMs,omitempty"`
	Warning   string `json:"warning,omitempty"`
}

// health answers the three probes. Shutting down does not turn readiness off.
type health struct {
	started     atomic.Bool
	store       store
	hasRedis    bool
	supabaseURL string
	token       string
	neverReady  bool
}

func (h *health) live(out http.ResponseWriter, _ *http.Request) {
	reply(out, http.StatusOK, map[string]any{"status": "ok", "timestamp": now()})
}

func (h *health) startup(out http.ResponseWriter, _ *http.Request) {
	if !h.started.Load() {
		reply(out, http.StatusServiceUnavailable, map[string]any{"status": "starting"})
		return
	}
	h.live(out, nil)
}

func (h *health) ready(out http.ResponseWriter, request *http.Request) {
	if !h.started.Load() {
		reply(out, http.StatusServiceUnavailable, map[string]any{"status": "not_ready"})
		return
	}
	redisAnswer := make(chan check, 1)
	go func() { redisAnswer <- h.checkRedis() }()
	database := h.checkSupabase(request.Context())
	ok, warning := readiness(h.token, time.Now())
	checks := map[string]check{"redis": <-redisAnswer, "supabase": database, "license": {OK: ok, Warning: warning}}
	code, status := http.StatusOK, "ok"
	if !checks["redis"].OK || !database.OK || !ok {
		code, status = http.StatusServiceUnavailable, "degraded"
	}
	reply(out, code, map[string]any{"status": status, "checks": checks, "timestamp": now()})
}

func (h *health) checkRedis() check {
	if !h.hasRedis {
		return check{OK: true}
	}
	begun := time.Now()
	err := h.store.ping()
	return check{OK: err == nil, LatencyMs: since(begun)}
}

func (h *health) checkSupabase(parent context.Context) check {
	if h.supabaseURL == "" {
		return check{}
	}
	begun := time.Now()
	if h.neverReady {
		return check{LatencyMs: since(begun)}
	}
	limited, cancel := context.WithTimeout(parent, databaseLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodHead, h.supabaseURL+"/rest/v1/", nil)
	if err != nil {
		return check{LatencyMs: since(begun)}
	}
	response, err := direct.Do(request)
	if err != nil {
		return check{LatencyMs: since(begun)}
	}
	_ = response.Body.Close()
	return check{OK: response.StatusCode < 500, LatencyMs: since(begun)}
}

func since(begun time.Time) *int64 {
	took := time.Since(begun).Milliseconds()
	return &took
}

func reply(out http.ResponseWriter, code int, body any) {
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(code)
	_ = json.NewEncoder(out).Encode(body)
}
