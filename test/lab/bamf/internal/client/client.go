// Package client opens tunnels as users do and measures what becomes of each of their bytes.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"

	"lab/bamf/internal/caller"
)

// Options of a run.
type Options struct {
	API       string
	Token     string
	Redis     string
	Resource  string
	Protocol  string
	Dial      string
	Listen    string
	Hold      int
	HoldEvery time.Duration
	OpenEvery time.Duration
	Life      time.Duration
	Every     time.Duration
	RoundTrip time.Duration
	OpenLimit time.Duration
	Frozen    time.Duration
	For       time.Duration
}

type run struct {
	options Options
	api     *caller.Caller
	ended   sync.WaitGroup
	numbers atomic.Uint64

	mu      sync.Mutex
	tunnels []*tunnel
}

func options(args []string) (Options, error) {
	var o Options
	flags := flag.NewFlagSet("client", flag.ContinueOnError)
	flags.StringVar(&o.API, "api", "http://localhost:8000", "address of the API")
	flags.StringVar(&o.Token, "token", os.Getenv("BAMF_TOKEN"), "token of a login session")
	flags.StringVar(&o.Redis, "redis", "", "address of Redis, to make a login session in it")
	flags.StringVar(&o.Resource, "resource", "echo", "what the tunnels lead to; it sends back what it gets")
	flags.StringVar(&o.Protocol, "protocol", "", "another protocol than the resource's own")
	flags.StringVar(&o.Dial, "dial", "", "where bridges are found, with {ordinal} in it, if not under their own names")
	flags.StringVar(&o.Listen, "listen", "", "address that serves GET /report while the run lasts")
	flags.IntVar(&o.Hold, "hold", 1, "tunnels that stay open for the whole run")
	// A crowd that comes in one instant is nobody's picture of users.
	flags.DurationVar(&o.HoldEvery, "hold-every", 5*time.Millisecond, "pause between two of them as they are opened")
	flags.DurationVar(&o.OpenEvery, "open-every", 0, "pause between further tunnels; 0 for none")
	flags.DurationVar(&o.Life, "life", 2*time.Second, "how long each further tunnel lives")
	flags.DurationVar(&o.Every, "every", 50*time.Millisecond, "pause between the 16 bytes of a tunnel")
	flags.DurationVar(&o.RoundTrip, "round-trip", 0, "how far away the API is")
	flags.DurationVar(&o.OpenLimit, "open-limit", 15*time.Second, "when a tunnel that has carried no byte has failed to open")
	flags.DurationVar(&o.Frozen, "frozen", 5*time.Second, "silence after which an open tunnel is called frozen")
	flags.DurationVar(&o.For, "for", 0, "length of the run; 0 until it is told to stop")
	return o, flags.Parse(args)
}

// Main opens tunnels until its time is over or it is told to stop, and then writes its report; gives the exit code.
func Main(args []string) int {
	o, err := options(args)
	if err != nil {
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	if o.For > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.For)
		defer cancel()
	}
	if o.Redis != "" {
		if o.Token, err = Login(ctx, o.Redis, "client@lab.example", []string{"admin"}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 64
	r := &run{options: o, api: &caller.Caller{URL: o.API, Token: o.Token, RoundTrip: o.RoundTrip, HTTP: &http.Client{Transport: transport}}}
	if o.Listen != "" {
		go r.serve()
	}
	for range o.Hold {
		r.open(ctx, 0)
		time.Sleep(o.HoldEvery)
	}
	for o.OpenEvery > 0 && ctx.Err() == nil {
		r.open(ctx, o.Life)
		select {
		case <-ctx.Done():
		case <-time.After(o.OpenEvery):
		}
	}
	<-ctx.Done()
	report, _ := json.Marshal(r.report())
	r.ended.Wait()
	fmt.Println(string(report))
	return 0
}

func (r *run) open(ctx context.Context, life time.Duration) {
	t := &tunnel{run: r, number: r.numbers.Add(1), opened: time.Now(), state: "opening"}
	r.mu.Lock()
	r.tunnels = append(r.tunnels, t)
	r.mu.Unlock()
	r.ended.Add(1)
	go func() {
		defer r.ended.Done()
		t.live(ctx, life)
	}()
}

func (r *run) serve() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /report", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(r.report())
	})
	if err := http.ListenAndServe(r.options.Listen, mux); err != nil && !errors.Is(err, http.ErrServerClosed) {
		fmt.Fprintln(os.Stderr, err)
	}
}

// Login makes a session in Redis as a login at the API would.
func Login(ctx context.Context, url, email string, roles []string) (string, error) {
	parsed, err := redis.ParseURL(url)
	if err != nil {
		return "", err
	}
	client := redis.NewClient(parsed)
	defer client.Close()
	now := time.Now().UTC()
	token := fmt.Sprintf("lab-%d-%d", os.Getpid(), now.UnixNano())
	text, _ := json.Marshal(map[string]any{
		"email": email, "display_name": "Lab", "roles": roles, "provider_name": "local", "kubernetes_groups": []string{}, "hard_expires_at": nil,
		"created_at": now.Format(time.RFC3339), "last_active_at": now.Format(time.RFC3339), "expires_at": now.Add(24 * time.Hour).Format(time.RFC3339),
	})
	return token, client.Set(ctx, "bamf:session:"+token, text, 24*time.Hour).Err()
}
