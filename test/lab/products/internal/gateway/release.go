package gateway

import (
	"encoding/json"
	"os"
)

// Release is what an image says about itself in /etc/product/release.json: what makes one release differ
// from another is data, so that every release runs the same program.
type Release struct {
	Version string `json:"version"`
	// RequiredEnv are keys beyond those that every release needs.
	RequiredEnv []string `json:"requiredEnv"`
	// OptionalEnv are keys with the default that the release gives them.
	OptionalEnv map[string]string `json:"optionalEnv"`
	// Reads is the query behind each proxied request: a table and its columns, so that a release needs its schema.
	Reads string `json:"reads"`
	Fault Fault  `json:"fault"`
}

// Fault is what is broken about a release; the zero value is a sound one.
type Fault struct {
	// NeverReady keeps readiness at 503 degraded after a completed start.
	NeverReady bool `json:"neverReady"`
	// ErrorShare is the share, 0 to 1, of proxied requests that end in 500.
	ErrorShare float64 `json:"errorShare"`
	// CrashAfterSeconds ends the process with exit code 1; 0 means never.
	CrashAfterSeconds int `json:"crashAfterSeconds"`
	// AllocateMiB of memory are taken and kept after the start.
	AllocateMiB int `json:"allocateMiB"`
}

const releaseFile = "/etc/product/release.json"

// readRelease reads the file that PRODUCT_RELEASE_FILE names, by default that of the image.
func readRelease() (Release, error) {
	path := os.Getenv("PRODUCT_RELEASE_FILE")
	if path == "" {
		path = releaseFile
	}
	var release Release
	content, err := os.ReadFile(path)
	if err != nil {
		return release, err
	}
	return release, json.Unmarshal(content, &release)
}
