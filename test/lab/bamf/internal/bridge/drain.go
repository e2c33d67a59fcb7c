package bridge

import (
	"context"
	"time"

	"lab/bamf/internal/settings"
)

const (
	longestUpload = 2 * time.Minute
	shortestDrain = 10 * time.Second
	movedLimit    = 30 * time.Second
)

// drain tells the API, stops listening, waits for requests that are under way, lets the API move what is left, and waits for what cannot move until its time is over.
func (b *bridge) drain() {
	b.draining.Store(true)
	ctx := context.Background()
	if err := b.api.Post(ctx, "/api/v1/internal/bridges/"+b.id+"/status", map[string]string{"status": "draining"}, nil); err != nil {
		b.log.Warn("failed to notify API of draining", "error", err.Error())
	}
	upload := min(longestUpload, b.limit/3)
	limited, cancel := context.WithTimeout(ctx, max(b.limit-upload, shortestDrain))
	defer cancel()
	_ = b.listener.Close()
	_ = b.front.Shutdown(limited)
	b.drainTunnels(limited)
	if b.fault == settings.BridgeNeverDrains {
		// Until somebody kills it.
		select {}
	}
	done := make(chan struct{})
	go func() { b.ends.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(upload):
		b.log.Warn("timed out waiting for handler goroutines to finish")
	}
}

func (b *bridge) drainTunnels(ctx context.Context) {
	left := b.tunnels.list()
	if len(left) == 0 {
		return
	}
	defer func() {
		for _, each := range b.tunnels.list() {
			each.close()
		}
	}()
	said := make([]map[string]string, len(left))
	for i, each := range left {
		said[i] = map[string]string{"session_token": each.session, "protocol": each.protocol}
	}
	var answer struct {
		Moved   int      `json:"migrated_count"`
		Staying []string `json:"non_migratable_sessions"`
		Errors  []string `json:"errors"`
	}
	if err := b.api.Post(ctx, "/api/v1/internal/bridges/"+b.id+"/drain", map[string]any{"tunnels": said}, &answer); err != nil {
		b.log.Warn("drain request failed, force-closing all tunnels", "error", err.Error())
		return
	}
	b.log.Info("drain response", "migrated", answer.Moved, "non_migratable", len(answer.Staying), "errors", len(answer.Errors))
	moved, cancel := context.WithTimeout(ctx, movedLimit)
	defer cancel()
	if !b.tunnels.wait(moved, len(answer.Staying)) {
		b.log.Warn("timed out waiting for migrated tunnels to close")
	}
	if !b.tunnels.wait(ctx, 0) {
		b.log.Warn("force-closing remaining tunnels")
	}
}
