package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"

	"lab/bamf/internal/pki"
	"lab/bamf/internal/settings"
)

type identityKey struct{}

// user is a login session, as it lies in Redis under `bamf:session:<token>`.
type user struct {
	Email string   `json:"email"`
	Roles []string `json:"roles"`
}

func (u user) has(roles ...string) bool {
	for _, role := range u.Roles {
		for _, wanted := range roles {
			if role == wanted {
				return true
			}
		}
	}
	return false
}

// users admits who has a login session; a release with that fault fails every other of these requests.
func (s *server) users(work func(*http.Request, user) (any, error)) handler {
	return func(r *http.Request) (any, error) {
		if s.Fault == settings.APIErrors && s.asked.Add(1)%2 == 0 {
			return nil, refuse(http.StatusInternalServerError, "Internal server error")
		}
		token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !found {
			return nil, refuse(http.StatusForbidden, "Not authenticated")
		}
		text, err := s.redis.Get(r.Context(), "bamf:session:"+token).Result()
		if err != nil {
			return nil, refuse(http.StatusUnauthorized, "Invalid or expired session")
		}
		var who user
		if err := json.Unmarshal([]byte(text), &who); err != nil {
			return nil, err
		}
		return work(r, who)
	}
}

func (s *server) named(r *http.Request) (string, error) {
	header := r.Header.Get("X-Bamf-Client-Cert")
	if header == "" {
		return "", refuse(http.StatusUnauthorized, "Missing X-Bamf-Client-Cert header")
	}
	name, err := s.authority.Named(header)
	if err != nil {
		return "", refuse(http.StatusUnauthorized, "%s", err)
	}
	// As upstream: where Redis does not answer, nobody is refused.
	if s.Release.Revocations && s.redis.SIsMember(r.Context(), revokedKey, pki.Fingerprint(header)).Val() {
		return "", refuse(http.StatusUnauthorized, "Certificate has been revoked")
	}
	return name, nil
}

func (s *server) bridgeOnly(work handler) handler {
	return func(r *http.Request) (any, error) {
		name, err := s.named(r)
		if err != nil {
			return nil, err
		}
		return work(r.WithContext(context.WithValue(r.Context(), identityKey{}, name)))
	}
}

// agentOnly admits the agent itself and gives its identifier as the path value `id`.
func (s *server) agentOnly(work handler) handler {
	return func(r *http.Request) (any, error) {
		if err := s.admitAgent(r); err != nil {
			return nil, err
		}
		return work(r)
	}
}

func (s *server) admitAgent(r *http.Request) error {
	name, err := s.named(r)
	if err != nil {
		return err
	}
	if s.Fault == settings.AgentRejected {
		return refuse(http.StatusForbidden, "Agent version is not supported")
	}
	var id, known string
	asked := r.PathValue("id")
	row := s.db.QueryRow(r.Context(), "SELECT id::text, name FROM agents WHERE id::text = $1 OR name = $1", asked)
	if err := row.Scan(&id, &known); err != nil {
		return refuse(http.StatusNotFound, "Agent not found: %s", asked)
	}
	if name != known {
		return refuse(http.StatusForbidden, "Certificate CN '%s' does not match agent '%s'", name, known)
	}
	r.SetPathValue("id", id)
	return nil
}

// authorizeProxy is where the tokens of the proxy and of the API must be the same.
func (s *server) authorizeProxy(r *http.Request) (any, error) {
	token, found := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !found {
		return nil, refuse(http.StatusUnauthorized, "Missing internal token")
	}
	if s.ProxyToken == "" || token != s.ProxyToken {
		return nil, refuse(http.StatusForbidden, "Invalid internal token")
	}
	return map[string]any{"allowed": false, "reason": "not_authenticated"}, nil
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
