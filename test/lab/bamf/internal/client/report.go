package client

import "time"

// As in the logs, so that what became of a tunnel is found there.
const moment = "2006-01-02T15:04:05.000Z"

// Report says what became of the tunnels of a run.
type Report struct {
	// Held are the tunnels of the whole run, Passing those that were opened beside them.
	Held    Count               `json:"held"`
	Passing Count               `json:"passing"`
	Bridges map[string]ByBridge `json:"bridges"`
	Tunnels []About             `json:"tunnels"`
}

// Count of tunnels by what became of them.
type Count struct {
	Opened int `json:"opened"`
	Failed int `json:"failed"`
	// Kept are open and carry bytes, or ended as they should.
	Kept int `json:"kept"`
	Cut  int `json:"cut"`
	// Frozen are open and carry no byte.
	Frozen         int   `json:"frozen"`
	LongestStallMs int64 `json:"longestStallMs"`
}

// ByBridge is the same by the bridge on which a tunnel was opened; the stall is that of the bridge which it left.
type ByBridge struct {
	Opened         int   `json:"opened"`
	Failed         int   `json:"failed"`
	Kept           int   `json:"kept"`
	Cut            int   `json:"cut"`
	Frozen         int   `json:"frozen"`
	LongestStallMs int64 `json:"longestStallMs"`
}

// About one tunnel.
type About struct {
	Number     uint64   `json:"number"`
	State      string   `json:"state"`
	Why        string   `json:"why,omitempty"`
	Bridges    []string `json:"bridges"`
	Messages   uint64   `json:"messages"`
	Reconnects int      `json:"reconnects"`
	StallMs    int64    `json:"stallMs"`
	SilentMs   int64    `json:"silentMs"`
	Held       bool     `json:"held"`
	// When it was asked for, and when it ended; the latter is empty while it is open.
	OpenedAt string `json:"openedAt"`
	EndedAt  string `json:"endedAt,omitempty"`
}

func (r *run) report() Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	report := Report{Bridges: map[string]ByBridge{}, Tunnels: []About{}}
	for index, each := range r.tunnels {
		about, stalledOn := each.about(r.options.Frozen)
		about.Held = index < r.options.Hold
		report.Tunnels = append(report.Tunnels, about)
		count := &report.Passing
		if about.Held {
			count = &report.Held
		}
		if about.State == "opening" {
			continue
		}
		bridge := ByBridge{}
		if len(about.Bridges) > 0 {
			bridge = report.Bridges[about.Bridges[0]]
		}
		count.add(about)
		both := Count(bridge)
		both.add(about)
		// Its stall belongs to the bridge that it left.
		both.LongestStallMs = bridge.LongestStallMs
		if len(about.Bridges) > 0 {
			report.Bridges[about.Bridges[0]] = ByBridge(both)
		}
		if stalledOn != "" {
			left := report.Bridges[stalledOn]
			left.LongestStallMs = max(left.LongestStallMs, about.StallMs)
			report.Bridges[stalledOn] = left
		}
	}
	return report
}

func (c *Count) add(about About) {
	switch about.State {
	case "failed":
		c.Failed++
		return
	case "cut":
		c.Cut++
	case "frozen":
		c.Frozen++
	default:
		c.Kept++
		c.LongestStallMs = max(c.LongestStallMs, about.StallMs)
	}
	c.Opened++
}

func (t *tunnel) about(frozen time.Duration) (About, string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	about := About{
		Number: t.number, State: t.state, Why: t.why, Bridges: append([]string{}, t.bridges...), Messages: t.received,
		Reconnects: t.reconnects, StallMs: t.stall.Milliseconds(), OpenedAt: t.opened.UTC().Format(moment),
	}
	if !t.ended.IsZero() {
		about.EndedAt = t.ended.UTC().Format(moment)
	}
	if t.state == "open" {
		silent := time.Since(t.lastByte)
		about.SilentMs = silent.Milliseconds()
		if silent > frozen {
			about.State = "frozen"
		}
	}
	return about, t.stalledOn
}
