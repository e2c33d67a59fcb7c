// Package gateway is a stand-in for the self-hosted gateway: the same ports, paths, bodies, environment,
// metrics, exit codes and shutdown.
//
// Source: mnemom/smoltbot@33f9a5a:deploy/runtime/src (entrypoint, server, health, metrics) and gateway/src.
package gateway

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"
	"time"
)

const (
	// startup is how long the process takes until it is started up.
	startup = 300 * time.Millisecond
	// drain is how long open requests may take after SIGTERM.
	drain = 15 * time.Second
	// idle is how long Node.js keeps a connection without a request.
	idle = 5 * time.Second
)

// settings are the parts of the environment that the process reads once, at its start.
type settings struct {
	role    string
	release Release
	get     func(string) string
}

// Main runs the gateway until SIGTERM or SIGINT and returns 0, or 1 where it cannot start.
func Main([]string) int {
	role := roleOf(os.Getenv("SMOLTBOT_ROLE"))
	log := newLogger(os.Stdout, os.Getenv("LOG_LEVEL"), "smoltbot-"+role)
	release, err := readRelease()
	if err == nil {
		err = require(role, release, os.Getenv)
	}
	if err != nil {
		log.error("Fatal startup error: %v", err)
		return 1
	}
	return run(settings{role, release, os.Getenv}, log, make(chan os.Signal, 4))
}

func run(set settings, log *logger, signals chan os.Signal) int {
	log.info("Starting smoltbot self-hosted runtime (role=%s)", set.role)
	for _, key := range names(set.release.OptionalEnv) {
		log.info("%s=%s", key, or(set.get(key), set.release.OptionalEnv[key]))
	}
	kept, err := newStore(set.get("REDIS_URL"))
	if err != nil {
		log.error("Fatal startup error: %v", err)
		return 1
	}
	built := build(set, log, kept)
	var web *http.Server
	if set.role != "scheduler" {
		web, err = listen(set, log, built)
		if err != nil {
			log.error("Fatal startup error: %v", err)
			return 1
		}
	}
	crons, stopCrons := context.WithCancel(context.Background())
	defer stopCrons()
	if set.role != "gateway" {
		log.info("Cron scheduled: observer (every minute)")
		log.info("Cron scheduled: api (every 6 hours)")
		go schedule(crons, log, built.metrics)
	}
	time.Sleep(startup)
	built.health.started.Store(true)
	// Last, as upstream does it: a signal before this point ends the process at once.
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	log.info("Startup complete: ready to serve requests")
	go misbehave(set.release.Fault, log)
	received := <-signals
	log.info("Received %s: starting graceful shutdown", signalName(received))
	stopCrons()
	shutdown(web, log)
	log.info("Graceful shutdown complete")
	return 0
}

func build(set settings, log *logger, kept store) *server {
	url := strings.TrimSuffix(set.get("SUPABASE_URL"), "/")
	token := set.get("MNEMOM_LICENSE_JWT")
	version := or(set.get("GATEWAY_VERSION"), "1.0.0-selfhosted")
	return &server{
		log: log, metrics: newMetrics(), release: set.release, version: version, supabaseURL: url,
		aip:     set.get("AIP_ENABLED") != "false",
		license: newLicense(token, version, set.get("MNEMOM_ANALYZE_URL"), kept),
		health: &health{store: kept, hasRedis: set.get("REDIS_URL") != "", supabaseURL: url, token: token,
			neverReady: set.release.Fault.NeverReady},
	}
}

func listen(set settings, log *logger, built *server) (*http.Server, error) {
	address := net.JoinHostPort(or(set.get("HOST"), "0.0.0.0"), or(set.get("PORT"), "8787"))
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	web := &http.Server{Handler: built.handler(), ReadHeaderTimeout: time.Minute, IdleTimeout: idle}
	go func() { _ = web.Serve(listener) }()
	log.info("HTTP server listening on %s", address)
	return web, nil
}

// shutdown stops accepting, closes idle connections and waits at most 15 s for open requests.
func shutdown(web *http.Server, log *logger) {
	if web == nil {
		return
	}
	limited, cancel := context.WithTimeout(context.Background(), drain)
	defer cancel()
	if web.Shutdown(limited) != nil {
		log.warn("HTTP server close timed out, forcing shutdown")
	}
}

func schedule(running context.Context, log *logger, kept *metrics) {
	for {
		select {
		case <-running.Done():
			return
		case <-time.After(time.Until(time.Now().Truncate(time.Minute).Add(time.Minute))):
			log.info("[cron] Running observer scheduled handler")
			kept.cron("observer", "success")
			log.info("[cron] Observer scheduled handler complete")
		}
	}
}

// ballast is what a leaking release never gives back.
var ballast [][]byte

func misbehave(fault Fault, log *logger) {
	if fault.CrashAfterSeconds > 0 {
		time.AfterFunc(time.Duration(fault.CrashAfterSeconds)*time.Second, func() {
			log.error("Fatal error: worker thread ended unexpectedly")
			os.Exit(1)
		})
	}
	const step = 16
	for taken := 0; taken < fault.AllocateMiB; taken += step {
		block := make([]byte, step<<20)
		for index := 0; index < len(block); index += 4096 {
			block[index] = 1
		}
		ballast = append(ballast, block)
		time.Sleep(100 * time.Millisecond)
	}
}

// require names every missing key at once.
func require(role string, release Release, get func(string) string) error {
	keys := append([]string{"SUPABASE_URL", "SUPABASE_KEY", "ANTHROPIC_API_KEY"}, release.RequiredEnv...)
	if role != "gateway" {
		keys = append(keys, "SUPABASE_JWT_SECRET")
	}
	var missing []string
	for _, key := range keys {
		if get(key) == "" {
			missing = append(missing, key)
		}
	}
	sort.Strings(missing)
	if len(missing) > 0 {
		return fmt.Errorf("Missing required environment variables: %s", strings.Join(missing, ", "))
	}
	return nil
}

// roleOf falls back to all, which serves HTTP and runs the crons.
func roleOf(value string) string {
	switch role := strings.ToLower(value); role {
	case "gateway", "scheduler":
		return role
	}
	return "all"
}

func signalName(received os.Signal) string {
	if received == syscall.SIGTERM {
		return "SIGTERM"
	}
	return "SIGINT"
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
