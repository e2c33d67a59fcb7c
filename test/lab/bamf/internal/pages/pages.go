// Package pages holds the programs that only answer: the proxy, the web interface, and what sends back what it gets.
package pages

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"lab/bamf/internal/caller"
	"lab/bamf/internal/settings"
)

func serve(address string, handler http.Handler) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	server := &http.Server{Addr: address, Handler: handler}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed:
		fmt.Fprintln(os.Stderr, err)
		return 1
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_ = server.Shutdown(limited)
	return 0
}

// Proxy answers that it is well whatever becomes of the API; all else it asks the API about, with the token that both must have.
func Proxy() int {
	api := &caller.Caller{URL: settings.Text("BAMF_PROXY_API_URL", "http://localhost:8000"), Token: os.Getenv("BAMF_PROXY_INTERNAL_TOKEN")}
	mux := http.NewServeMux()
	well := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"status": "ok", "service": "proxy"})
	}
	mux.HandleFunc("GET /health", well)
	mux.HandleFunc("GET /ready", well)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		var answer struct {
			Allowed bool `json:"allowed"`
		}
		body := map[string]any{"host": r.Host, "path": r.URL.Path, "method": r.Method}
		if err := api.Post(r.Context(), "/api/v1/internal/proxy/authorize", body, &answer); err != nil {
			http.Error(w, "Service unavailable", http.StatusServiceUnavailable)
			return
		}
		http.Error(w, "Not authenticated", http.StatusUnauthorized)
	})
	return serve(settings.Text("BAMF_LAB_LISTEN", "")+":"+settings.Text("PORT", "8001"), mux)
}

// Web is a page.
func Web() int {
	return serve(settings.Text("BAMF_LAB_LISTEN", "")+":"+settings.Text("PORT", "3000"), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>BAMF</title>")
	}))
}

// Echo sends back what it gets, on the address of its one argument.
func Echo(args []string) int {
	listener, err := net.Listen("tcp", strings.Join(args, ""))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				_, _ = io.Copy(conn, conn)
			}()
		}
	}()
	<-signals
	return 0
}
