package agent

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"lab/bamf/internal/settings"
)

// held is what an agent keeps of its joining.
type held struct{ Certificate, Key, Authority string }

// store keeps it: a folder, or in Kubernetes a Secret that the agents of one name share.
type store interface {
	load(context.Context) (held, error)
	save(context.Context, held) error
}

const account = "/var/run/secrets/kubernetes.io/serviceaccount"

func newStore(folder string) (store, error) {
	if os.Getenv("KUBERNETES_SERVICE_HOST") == "" {
		return files(folder), os.MkdirAll(folder, 0o700)
	}
	token, err := os.ReadFile(filepath.Join(account, "token"))
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(filepath.Join(account, "ca.crt"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	host := os.Getenv("KUBERNETES_SERVICE_HOST") + ":" + settings.Text("KUBERNETES_SERVICE_PORT", "443")
	namespace, _ := os.ReadFile(filepath.Join(account, "namespace"))
	name := settings.Text("BAMF_CERT_SECRET_NAME", "bamf-agent-certs")
	return &secret{
		client: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}},
		token:  strings.TrimSpace(string(token)),
		url:    fmt.Sprintf("https://%s/api/v1/namespaces/%s/secrets", host, settings.Text("BAMF_NAMESPACE", string(namespace))),
		name:   name,
	}, nil
}

type files string

func (f files) paths() [3]string {
	var paths [3]string
	for i, name := range []string{"agent.crt", "agent.key", "ca.crt"} {
		paths[i] = filepath.Join(string(f), name)
	}
	return paths
}

func (f files) load(context.Context) (held, error) {
	var texts [3]string
	for i, path := range f.paths() {
		text, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return held{}, nil
		}
		if err != nil {
			return held{}, err
		}
		texts[i] = string(text)
	}
	return held{texts[0], texts[1], texts[2]}, nil
}

func (f files) save(_ context.Context, h held) error {
	texts := [3]string{h.Certificate, h.Key, h.Authority}
	for i, path := range f.paths() {
		if err := os.WriteFile(path, []byte(texts[i]), 0o600); err != nil {
			return err
		}
	}
	return nil
}

type secret struct {
	client           *http.Client
	token, url, name string
}

type secretObject struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   map[string]any    `json:"metadata"`
	Data       map[string][]byte `json:"data"`
}

func (s *secret) ask(ctx context.Context, method, url string, body, into any) (int, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if into != nil && response.StatusCode == http.StatusOK {
		return response.StatusCode, json.NewDecoder(response.Body).Decode(into)
	}
	return response.StatusCode, nil
}

func (s *secret) load(ctx context.Context) (held, error) {
	var found secretObject
	status, err := s.ask(ctx, http.MethodGet, s.url+"/"+s.name, nil, &found)
	if err != nil || status == http.StatusNotFound {
		return held{}, err
	}
	if status != http.StatusOK {
		return held{}, fmt.Errorf("secret %s: the cluster answers %d", s.name, status)
	}
	return held{string(found.Data["tls.crt"]), string(found.Data["tls.key"]), string(found.Data["ca.crt"])}, nil
}

func (s *secret) save(ctx context.Context, h held) error {
	object := secretObject{"v1", "Secret", map[string]any{"name": s.name}, map[string][]byte{
		"tls.crt": []byte(h.Certificate), "tls.key": []byte(h.Key), "ca.crt": []byte(h.Authority),
	}}
	status, err := s.ask(ctx, http.MethodPost, s.url, object, nil)
	if err != nil {
		return err
	}
	if status == http.StatusConflict {
		status, err = s.ask(ctx, http.MethodPut, s.url+"/"+s.name, object, nil)
	}
	if err == nil && status >= http.StatusMultipleChoices {
		return fmt.Errorf("secret %s: the cluster answers %d", s.name, status)
	}
	return err
}
