package agent

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"lab/bamf/internal/settings"
)

type resource struct {
	Name string `yaml:"name" json:"name"`
	Type string `yaml:"type" json:"resource_type"`
	Host string `yaml:"hostname" json:"hostname"`
	Port int    `yaml:"port" json:"port"`
}

type config struct {
	Platform  string            `yaml:"platform_url"`
	Token     string            `yaml:"join_token"`
	Name      string            `yaml:"agent_name"`
	DataDir   string            `yaml:"data_dir"`
	Internal  bool              `yaml:"cluster_internal"`
	Labels    map[string]string `yaml:"labels"`
	Resources []resource        `yaml:"resources"`
	Heartbeat time.Duration     `yaml:"-"`
}

// readConfig reads the file, over which the environment wins.
func readConfig(path string) (config, error) {
	c := config{Labels: map[string]string{}}
	path = settings.Text("BAMF_CONFIG_FILE", path)
	if path == "" {
		path = "/etc/bamf/agent.yaml"
	}
	bytes, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		return c, fmt.Errorf("failed to read config file %s: %w", path, err)
	}
	if err := yaml.Unmarshal(bytes, &c); err != nil {
		return c, fmt.Errorf("failed to parse config file %s: %w", path, err)
	}
	host, _ := os.Hostname()
	c.Platform = settings.Text("BAMF_API_URL", settings.Text("BAMF_PLATFORM_URL", c.Platform))
	c.Token = settings.Text("BAMF_JOIN_TOKEN", c.Token)
	c.Name = settings.Text("BAMF_AGENT_NAME", first(c.Name, host))
	c.DataDir = settings.Text("BAMF_DATA_DIR", first(c.DataDir, "/var/lib/bamf-agent"))
	// name:type:host:port
	if parts := strings.Split(os.Getenv("BAMF_RESOURCES"), ":"); len(parts) == 4 {
		port, _ := strconv.Atoi(parts[3])
		c.Resources = append(c.Resources, resource{parts[0], parts[1], parts[2], port})
	}
	c.Heartbeat = settings.Span("BAMF_LAB_HEARTBEAT", time.Minute)
	return c, nil
}

func first(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
