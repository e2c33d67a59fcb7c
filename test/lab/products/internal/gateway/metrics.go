package gateway

import (
	"fmt"
	"net/http"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

var buckets = []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

type histogram struct {
	counts []uint64
	sum    float64
	total  uint64
}

// metrics are per process and start at zero with it; a series exists from its first event on.
type metrics struct {
	mutex     sync.Mutex
	started   time.Time
	requests  map[[2]string]uint64
	durations map[string]*histogram
	verdicts  map[string]uint64
	crons     map[[2]string]uint64
}

func newMetrics() *metrics {
	return &metrics{started: time.Now(), requests: map[[2]string]uint64{}, durations: map[string]*histogram{},
		verdicts: map[string]uint64{}, crons: map[[2]string]uint64{}}
}

func (m *metrics) request(provider string, status int, took time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.requests[[2]string{provider, strconv.Itoa(status)}]++
	kept, found := m.durations[provider]
	if !found {
		kept = &histogram{counts: make([]uint64, len(buckets))}
		m.durations[provider] = kept
	}
	for index, bound := range buckets {
		if took.Seconds() <= bound {
			kept.counts[index]++
		}
	}
	kept.sum += took.Seconds()
	kept.total++
}

func (m *metrics) cron(job, result string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.crons[[2]string{job, result}]++
}

func (m *metrics) verdict(name string) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.verdicts[name]++
}

func (m *metrics) ServeHTTP(out http.ResponseWriter, _ *http.Request) {
	out.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	_, _ = out.Write([]byte(m.text()))
}

// text is the Prometheus exposition, in a stable order.
func (m *metrics) text() string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var out strings.Builder
	process(&out, m.started)
	head(&out, "gateway_requests_total", "counter", "Total number of gateway proxy requests")
	for _, key := range sorted(m.requests) {
		fmt.Fprintf(&out, "gateway_requests_total{provider=%q,status=%q} %d\n", key[0], key[1], m.requests[key])
	}
	head(&out, "gateway_request_duration_seconds", "histogram", "Duration of gateway proxy requests in seconds")
	for _, provider := range names(m.durations) {
		m.durations[provider].write(&out, provider)
	}
	head(&out, "gateway_aip_checks_total", "counter", "Total number of AIP integrity checks")
	for _, verdict := range names(m.verdicts) {
		fmt.Fprintf(&out, "gateway_aip_checks_total{verdict=%q} %d\n", verdict, m.verdicts[verdict])
	}
	head(&out, "gateway_cache_operations_total", "counter", "Total KV cache operations")
	head(&out, "gateway_background_tasks_total", "counter", "Total background tasks dispatched via waitUntil")
	head(&out, "gateway_cron_runs_total", "counter", "Total cron job executions")
	for _, key := range sorted(m.crons) {
		fmt.Fprintf(&out, "gateway_cron_runs_total{job=%q,result=%q} %d\n", key[0], key[1], m.crons[key])
	}
	return out.String()
}

func (h *histogram) write(out *strings.Builder, provider string) {
	const name = "gateway_request_duration_seconds"
	for index, bound := range buckets {
		fmt.Fprintf(out, "%s_bucket{le=%q,provider=%q} %d\n", name, strconv.FormatFloat(bound, 'f', -1, 64), provider, h.counts[index])
	}
	fmt.Fprintf(out, "%s_bucket{le=\"+Inf\",provider=%q} %d\n", name, provider, h.total)
	fmt.Fprintf(out, "%s_sum{provider=%q} %g\n", name, provider, h.sum)
	fmt.Fprintf(out, "%s_count{provider=%q} %d\n", name, provider, h.total)
}

// process writes a few of the default series that a Node.js process has.
func process(out *strings.Builder, started time.Time) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	head(out, "process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds.")
	fmt.Fprintf(out, "process_start_time_seconds %d\n", started.Unix())
	head(out, "process_resident_memory_bytes", "gauge", "Resident memory size in bytes.")
	fmt.Fprintf(out, "process_resident_memory_bytes %d\n", resident(memory.Sys))
	head(out, "nodejs_eventloop_lag_seconds", "gauge", "Lag of event loop in seconds.")
	fmt.Fprintf(out, "nodejs_eventloop_lag_seconds 0\n")
	head(out, "nodejs_version_info", "gauge", "Node.js version info.")
	fmt.Fprintf(out, "nodejs_version_info{version=\"v22.0.0\",major=\"22\",minor=\"0\",patch=\"0\"} 1\n")
}

func resident(fallback uint64) uint64 {
	content, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(content))
	if err != nil || len(fields) < 2 {
		return fallback
	}
	pages, err := strconv.ParseUint(fields[1], 10, 64)
	if err != nil {
		return fallback
	}
	return pages * uint64(os.Getpagesize())
}

func head(out *strings.Builder, name, kind, help string) {
	fmt.Fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

func names[V any](values map[string]V) []string {
	var keys []string
	for key := range values {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func sorted(values map[[2]string]uint64) [][2]string {
	var keys [][2]string
	for key := range values {
		keys = append(keys, key)
	}
	sort.Slice(keys, func(a, b int) bool { return strings.Join(keys[a][:], "\x00") < strings.Join(keys[b][:], "\x00") })
	return keys
}
