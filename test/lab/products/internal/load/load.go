// Package load sends requests at a fixed rate and counts every one that is not answered well in time.
package load

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"
)

const longest = 3600

type plan struct {
	url       string
	rate      float64
	seconds   float64
	keepAlive float64
	timeout   time.Duration
	progress  bool
	method    string
}

// Main prints one line of JSON about the whole run and returns 0, or 2 for arguments that it refuses.
func Main(args []string) int {
	chosen, err := parse(args)
	if err == nil {
		err = refusePublic(chosen.url)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "load: %v\n", err)
		return 2
	}
	running, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	line, _ := json.Marshal(run(running, chosen))
	fmt.Println(string(line))
	return 0
}

func parse(args []string) (plan, error) {
	var chosen plan
	flags := flag.NewFlagSet("load", flag.ContinueOnError)
	flags.StringVar(&chosen.url, "url", "", "where to send requests")
	flags.Float64Var(&chosen.rate, "rate", 50, "requests per second")
	flags.Float64Var(&chosen.seconds, "seconds", longest, "length of the run in seconds, at most 3600")
	flags.Float64Var(&chosen.keepAlive, "keepalive-share", 0.5, "share of requests on kept-alive connections")
	flags.DurationVar(&chosen.timeout, "timeout", 2*time.Second, "time after which a request has failed")
	flags.BoolVar(&chosen.progress, "progress", false, "one line per second on stderr")
	flags.StringVar(&chosen.method, "method", "", "GET or POST; default: POST for paths of a provider, else GET")
	if err := flags.Parse(args); err != nil {
		return chosen, err
	}
	chosen.method = methodOf(chosen)
	if chosen.rate <= 0 || chosen.rate > 5000 || chosen.seconds <= 0 || chosen.seconds > longest {
		return chosen, errors.New("--rate must be above 0 and at most 5000, --seconds above 0 and at most 3600")
	}
	return chosen, nil
}

// refusePublic stops a run against anything but this machine, its pods and its services.
func refusePublic(target string) error {
	parsed, err := url.Parse(target)
	if err != nil || parsed.Hostname() == "" {
		return errors.New("--url must name a host")
	}
	addresses, err := net.LookupIP(parsed.Hostname())
	if err != nil {
		return err
	}
	for _, address := range addresses {
		if !address.IsLoopback() && !address.IsPrivate() {
			return fmt.Errorf("%s is a public address; only loopback and private ones are allowed", address)
		}
	}
	return nil
}

// run starts requests by the clock, whether or not earlier ones have been answered.
func run(running context.Context, chosen plan) report {
	kept := &tally{byError: map[string]int{}}
	clients := []*http.Client{client(chosen, true), client(chosen, false)}
	interval := time.Duration(float64(time.Second) / chosen.rate)
	begun := time.Now()
	end := begun.Add(time.Duration(chosen.seconds * float64(time.Second)))
	if chosen.progress {
		watching, done := context.WithCancel(running)
		defer done()
		go watch(watching, kept, begun)
	}
	var open sync.WaitGroup
	debt := 0.0
	for count := 0; ; count++ {
		due := begun.Add(time.Duration(count) * interval)
		if due.After(end) || !sleepUntil(running, due) {
			break
		}
		// Spreads the kept-alive share evenly instead of by chance.
		debt += chosen.keepAlive
		which := clients[1]
		if debt >= 1 {
			debt, which = debt-1, clients[0]
		}
		open.Add(1)
		go func() {
			defer open.Done()
			seen := send(which, clients[1], chosen)
			took := time.Since(due)
			kept.add(seen, took)
			if seen.err != nil && chosen.progress {
				fmt.Fprintf(os.Stderr, "load: due at %.3f s, failed after %d ms: %s: %v\n",
					due.Sub(begun).Seconds(), took.Milliseconds(), seen.wrong, seen.err)
			}
		}()
	}
	open.Wait()
	return kept.report(time.Since(begun))
}

func sleepUntil(running context.Context, due time.Time) bool {
	select {
	case <-running.Done():
		return false
	case <-time.After(time.Until(due)):
		return running.Err() == nil
	}
}

func client(chosen plan, keepAlive bool) *http.Client {
	return &http.Client{
		Timeout:       chosen.timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		// Shorter than the 5 s of a Node.js server, so that connections do not end under a request in quiet times.
		Transport: &http.Transport{DisableKeepAlives: !keepAlive, MaxIdleConnsPerHost: 512, MaxIdleConns: 512, IdleConnTimeout: 4 * time.Second},
	}
}

// outcome of one request: wrong is "" for a good answer and else what went wrong, by its kind; err says it in full.
type outcome struct {
	wrong  string
	err    error
	resent bool
}

// send sends a POST whose kept-alive connection ends under it once more, on a new one, as the providers' SDKs do; a GET is sent again
// by net/http itself. What the server closes at that moment no server can save.
func send(with, fresh *http.Client, chosen plan) outcome {
	wrong, reused, err := try(with, chosen)
	if !reused || !isClosed(err) || chosen.method != http.MethodPost {
		return outcome{wrong: wrong, err: err}
	}
	wrong, _, err = try(fresh, chosen)
	return outcome{wrong: wrong, err: err, resent: true}
}

// isClosed tells a connection that ended before an answer began.
func isClosed(err error) bool {
	if err == nil {
		return false
	}
	kind := nameOf(err)
	return kind == "reset" || kind == "closed"
}

func try(with *http.Client, chosen plan) (wrong string, reused bool, err error) {
	var body io.Reader
	if chosen.method == http.MethodPost {
		body = strings.NewReader(`{"model":"stub-1","max_tokens":1,"messages":[{"role":"user","content":"ping"}]}`)
	}
	traced := httptrace.WithClientTrace(context.Background(), &httptrace.ClientTrace{
		GotConn: func(got httptrace.GotConnInfo) { reused = got.Reused },
	})
	request, err := http.NewRequestWithContext(traced, chosen.method, chosen.url, body)
	if err != nil {
		return "request", reused, err
	}
	for key, value := range map[string]string{"x-api-key": "load", "Authorization": "Bearer load", "x-goog-api-key": "load", "Content-Type": "application/json"} {
		request.Header.Set(key, value)
	}
	response, err := with.Do(request)
	if err != nil {
		return nameOf(err), reused, err
	}
	defer func() { _ = response.Body.Close() }()
	if _, err = io.Copy(io.Discard, response.Body); err != nil {
		return nameOf(err) + " in the middle of an answer", false, err
	}
	if response.StatusCode >= 400 {
		wrong := fmt.Sprintf("status %d", response.StatusCode)
		return wrong, reused, errors.New(wrong)
	}
	return "", reused, nil
}

// methodOf is POST for a provider's paths.
func methodOf(chosen plan) string {
	if chosen.method != "" {
		return chosen.method
	}
	if parsed, err := url.Parse(chosen.url); err == nil && isProxied(parsed.Path) {
		return http.MethodPost
	}
	return http.MethodGet
}

func isProxied(path string) bool {
	return strings.HasPrefix(path, "/anthropic") || strings.HasPrefix(path, "/openai") || strings.HasPrefix(path, "/gemini")
}

// isIdleEnd tells a kept-alive connection that the server has closed in the moment in which a request was sent over it. net/http has no value for it
// that others could compare with.
//
// Source: golang/go@go1.26.8:src/net/http/transport.go (errServerClosedIdle).
func isIdleEnd(err error) bool {
	return strings.Contains(err.Error(), "server closed idle connection")
}

func nameOf(err error) string {
	var timed net.Error
	switch {
	case errors.As(err, &timed) && timed.Timeout():
		return "timeout"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "reset"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), isIdleEnd(err):
		return "closed"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "unreachable"
	}
	return "other"
}
