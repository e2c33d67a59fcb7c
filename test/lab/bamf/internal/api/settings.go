package api

import (
	"errors"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"lab/bamf/internal/settings"
)

// Settings of an API server.
type Settings struct {
	Listen       string
	DatabaseURL  string
	RedisURL     string
	BridgeToken  string
	ProxyToken   string
	Namespace    string
	DefaultEdge  string
	TunnelPort   int
	InternalPort int
	Release      settings.Release
	Fault        settings.Fault
	// CloseSoon and CloseLate are how long the end of a tunnel lies in the one worker before the session is deleted, up to twice as long: one or the other.
	CloseSoon, CloseLate time.Duration
	// ConnectTakes is how long a connect works between reading the session and writing it.
	ConnectTakes time.Duration
}

type file struct {
	TunnelPort   int    `yaml:"bridge_tunnel_port"`
	InternalPort int    `yaml:"bridge_internal_tunnel_port"`
	DefaultEdge  string `yaml:"default_edge_name"`
	// The word before v0.10.0.
	DefaultOutpost string `yaml:"default_outpost_name"`
}

// ReadSettings takes the settings from the environment and from the file that the chart mounts.
func ReadSettings() (Settings, error) {
	var f file
	if bytes, err := os.ReadFile(settings.Text("BAMF_CONFIG_FILE", "/etc/bamf/config.yaml")); err == nil {
		if err := yaml.Unmarshal(bytes, &f); err != nil {
			return Settings{}, err
		}
	}
	namespace, _ := os.ReadFile("/var/run/secrets/kubernetes.io/serviceaccount/namespace")
	s := Settings{
		Listen:       settings.Text("BAMF_LAB_LISTEN", "") + ":" + settings.Text("PORT", "8000"),
		DatabaseURL:  settings.Text("BAMF_DATABASE_URL", "postgresql+asyncpg://bamf:bamf@localhost:5432/bamf"),
		RedisURL:     settings.Text("BAMF_REDIS_URL", "redis://localhost:6379"),
		BridgeToken:  os.Getenv("BAMF_BRIDGE_BOOTSTRAP_TOKEN"),
		ProxyToken:   os.Getenv("BAMF_PROXY_INTERNAL_TOKEN"),
		Namespace:    settings.Text("BAMF_KUBERNETES_NAMESPACE", strings.TrimSpace(string(namespace))),
		DefaultEdge:  settings.Text("BAMF_DEFAULT_EDGE_NAME", f.DefaultEdge+f.DefaultOutpost),
		TunnelPort:   settings.Number("BAMF_BRIDGE_TUNNEL_PORT", or(f.TunnelPort, 443)),
		InternalPort: settings.Number("BAMF_BRIDGE_INTERNAL_TUNNEL_PORT", or(f.InternalPort, 8443)),
		Release:      settings.TheRelease(),
		Fault:        settings.TheFault(),
		CloseSoon:    settings.Span("BAMF_LAB_CLOSE_SOON", 20*time.Millisecond),
		CloseLate:    settings.Span("BAMF_LAB_CLOSE_LATE", 400*time.Millisecond),
		ConnectTakes: settings.Span("BAMF_LAB_CONNECT_TAKES", 8*time.Millisecond),
	}
	return s, nil
}

func or(value, otherwise int) int {
	if value == 0 {
		return otherwise
	}
	return value
}

// postgresURL turns the URL of upstream's driver into one of ours, and refuses what that driver refuses.
func postgresURL(text string) (string, error) {
	parsed, err := url.Parse(strings.Replace(text, "postgresql+asyncpg://", "postgres://", 1))
	if err != nil {
		return "", errors.New("the database URL cannot be read")
	}
	query := parsed.Query()
	for key := range query {
		if key != "ssl" {
			return "", errors.New("TypeError: connect() got an unexpected keyword argument " + strconv.Quote(key))
		}
	}
	mode := query.Get("ssl")
	query.Del("ssl")
	if mode == "" {
		mode = "prefer"
	}
	query.Set("sslmode", mode)
	parsed.RawQuery = query.Encode()
	return parsed.String(), nil
}
