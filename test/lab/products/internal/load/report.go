package load

import (
	"context"
	"fmt"
	"os"
	"sort"
	"sync"
	"time"
)

// report is the line of JSON at the end; times count from when a request was due, in milliseconds.
type report struct {
	Sent      int            `json:"sent"`
	Failed    int            `json:"failed"`
	Resent    int            `json:"resent"`
	SlowestMs float64        `json:"slowestMs"`
	P50Ms     float64        `json:"p50Ms"`
	P99Ms     float64        `json:"p99Ms"`
	Seconds   float64        `json:"seconds"`
	ByError   map[string]int `json:"byError"`
}

type tally struct {
	mutex   sync.Mutex
	failed  int
	resent  int
	byError map[string]int
	times   []time.Duration
}

func (t *tally) add(seen outcome, took time.Duration) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.times = append(t.times, took)
	if seen.resent {
		t.resent++
	}
	if seen.wrong != "" {
		t.failed++
		t.byError[seen.wrong]++
	}
}

func (t *tally) report(took time.Duration) report {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	times := append([]time.Duration(nil), t.times...)
	sort.Slice(times, func(a, b int) bool { return times[a] < times[b] })
	return report{Sent: len(times), Failed: t.failed, Resent: t.resent, SlowestMs: quantile(times, 1), P50Ms: quantile(times, 0.5),
		P99Ms: quantile(times, 0.99), Seconds: took.Seconds(), ByError: t.byError}
}

// quantile of sorted times in milliseconds; 0 where there are none.
func quantile(times []time.Duration, share float64) float64 {
	if len(times) == 0 {
		return 0
	}
	at := min(int(share*float64(len(times))), len(times)-1)
	return float64(times[at].Microseconds()) / 1000
}

func watch(running context.Context, kept *tally, begun time.Time) {
	for {
		select {
		case <-running.Done():
			return
		case <-time.After(time.Second):
			kept.mutex.Lock()
			sent, failed := len(kept.times), kept.failed
			kept.mutex.Unlock()
			fmt.Fprintf(os.Stderr, "load: %.0f s, %d sent, %d failed\n", time.Since(begun).Seconds(), sent, failed)
		}
	}
}
