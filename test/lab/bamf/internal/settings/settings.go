// Package settings reads what the programs are told by their environment.
package settings

import (
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"time"
)

// Fault is what is broken about a release, as its image says in BAMF_LAB_FAULT; empty for a sound one.
type Fault string

// The faults that images can have.
const (
	BridgeNeverReady  Fault = "bridge-never-ready"
	BridgeNeverDrains Fault = "bridge-never-drains"
	APIErrors         Fault = "api-errors"
	AgentRejected     Fault = "agent-rejected"
)

// TheFault of this release.
func TheFault() Fault { return Fault(os.Getenv("BAMF_LAB_FAULT")) }

// Text gives the value of a key, or what stands for an empty one.
func Text(key, otherwise string) string {
	if value := os.Getenv(key); value != "" {
		return value
	}
	return otherwise
}

// Number gives a whole number.
func Number(key string, otherwise int) int {
	if value, err := strconv.Atoi(os.Getenv(key)); err == nil {
		return value
	}
	return otherwise
}

// Span gives a time span: `90s`, or bare seconds.
func Span(key string, otherwise time.Duration) time.Duration {
	value := os.Getenv(key)
	if span, err := time.ParseDuration(value); err == nil {
		return span
	}
	if seconds, err := strconv.Atoi(value); err == nil {
		return time.Duration(seconds) * time.Second
	}
	return otherwise
}

// Log writes one JSON object a line to the standard output, as all programs of the product do.
func Log() *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stdout, nil))
}

// Release is what depends on the version of a program.
type Release struct {
	// Version as in the tag: `v0.10.0`.
	Version string
	// CAKey is the column of the certificate authority's key.
	CAKey string
	// Edge is the word for a place of bridges: in requests, in Redis and, with an s, as a table.
	Edge string
	// Revocations tells whether the table of revoked certificates is read at the start.
	Revocations bool
	// ConnectReadsPlaces tells whether each new connection looks for the nearest place in the database.
	ConnectReadsPlaces bool
}

// TheRelease that this program stands for: BAMF_LAB_RELEASE, `v0.11.0` where that is not set.
func TheRelease() Release {
	version := Text("BAMF_LAB_RELEASE", "v0.11.0")
	var minor int
	if _, err := fmt.Sscanf(version, "v0.%d.", &minor); err != nil {
		minor = 11
	}
	release := Release{Version: version, CAKey: "ca_key_pem", Edge: "edge", Revocations: minor >= 7}
	if minor < 7 {
		release.CAKey = "ca_key_encrypted"
	}
	if minor < 10 {
		release.Edge, release.ConnectReadsPlaces = "outpost", true
	}
	return release
}
