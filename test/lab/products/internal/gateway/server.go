package gateway

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// latency of the stub that stands in for a model provider.
const latency = 10 * time.Millisecond

var providers = []string{"anthropic", "openai", "gemini"}

type server struct {
	log         *logger
	metrics     *metrics
	health      *health
	license     *license
	release     Release
	version     string
	aip         bool
	supabaseURL string
}

func (s *server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health/live", s.health.live)
	mux.HandleFunc("GET /health/ready", s.health.ready)
	mux.HandleFunc("GET /health/startup", s.health.startup)
	mux.Handle("GET /metrics", s.metrics)
	mux.HandleFunc("/", s.counted)
	return mux
}

// counted serves everything else and counts it; /health itself and unknown paths count as provider unknown.
func (s *server) counted(out http.ResponseWriter, request *http.Request) {
	begun := time.Now()
	provider := labelOf(request.URL.Path)
	events := eventsAsked(request)
	code, body := s.answer(request)
	s.metrics.request(provider, code, time.Since(begun))
	if code == http.StatusOK && provider != "unknown" {
		out.Header().Set("X-AIP-Verdict", "clear")
		s.metrics.verdict("clear")
		if events > 0 {
			stream(out, request, events)
			return
		}
	}
	reply(out, code, body)
}

func (s *server) answer(request *http.Request) (int, any) {
	path := request.URL.Path
	if path == "/health" || path == "/health/" {
		return http.StatusOK, map[string]any{"status": "ok", "version": s.version, "timestamp": now(), "aip_enabled": s.aip}
	}
	if !s.license.allows(time.Now()) {
		return http.StatusForbidden, fault("License invalid or expired", "license_error", "")
	}
	if path == "/models.json" {
		return http.StatusOK, map[string]any{"models": []string{"stub-1"}}
	}
	for _, provider := range providers {
		if path == "/"+provider || strings.HasPrefix(path, "/"+provider+"/") {
			return s.proxy(request, provider)
		}
	}
	return http.StatusNotFound, fault("Not found", "not_found",
		"This gateway handles /health, /anthropic/*, /openai/*, and /gemini/* endpoints")
}

// proxy answers as a provider would, after a look at the caller's agent in the database.
func (s *server) proxy(request *http.Request, provider string) (int, any) {
	_, _ = io.Copy(io.Discard, request.Body)
	if apiKey(request, provider) == "" {
		return http.StatusUnauthorized, fault("Missing API key header", "authentication_error", "")
	}
	if share := s.release.Fault.ErrorShare; share > 0 && rand.Float64() < share {
		s.log.error("[server] Unhandled error in gateway handler: cannot read properties of undefined")
		return http.StatusInternalServerError, fault("Internal server error", "gateway_error", "")
	}
	if err := s.lookUpAgent(request); err != nil {
		s.log.error("[server] Unhandled error in gateway handler: %v", err)
		return http.StatusInternalServerError, fault("Internal server error", "gateway_error", err.Error())
	}
	time.Sleep(latency)
	return http.StatusOK, map[string]any{
		"id": "msg_stub", "type": "message", "role": "assistant", "model": "stub-1", "stop_reason": "end_turn",
		"content": []map[string]string{{"type": "text", "text": "ok"}},
	}
}

func (s *server) lookUpAgent(request *http.Request) error {
	if s.release.Reads == "" {
		return nil
	}
	query, err := http.NewRequestWithContext(request.Context(), http.MethodGet, s.supabaseURL+"/rest/v1/"+s.release.Reads, nil)
	if err != nil {
		return err
	}
	response, err := direct.Do(query)
	if err != nil {
		return fmt.Errorf("supabase: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, response.Body)
	if response.StatusCode >= 400 {
		return fmt.Errorf("supabase answered %d for %s", response.StatusCode, s.release.Reads)
	}
	return nil
}

func apiKey(request *http.Request, provider string) string {
	switch provider {
	case "anthropic":
		return request.Header.Get("x-api-key")
	case "openai":
		return strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
	}
	return request.Header.Get("x-goog-api-key")
}

// labelOf is the provider label of a path: by its beginning alone, as upstream does it.
func labelOf(path string) string {
	for _, provider := range providers {
		if strings.HasPrefix(path, "/"+provider) {
			return provider
		}
	}
	return "unknown"
}

func fault(text, kind, message string) map[string]string {
	body := map[string]string{"error": text, "type": kind}
	if message != "" {
		body["message"] = message
	}
	return body
}
