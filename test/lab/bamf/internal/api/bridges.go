package api

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	bridgeLife   = 60 * time.Second
	bridgesKey   = "bridges:available"
	sessionsKey  = "sessions:active"
	edgesKey     = "bamf:edges"
	longestLife  = 24 * time.Hour
	certificate  = 24 * time.Hour
	bridgePrefix = "bridge:"
)

func now() string { return strconv.FormatFloat(float64(time.Now().UnixMicro())/1e6, 'f', 6, 64) }

func sessionKey(id string) string     { return "session:" + id }
func credentialsKey(id string) string { return "session:" + id + ":client_creds" }

// sets names the sorted sets in which a bridge of this place is found.
func sets(place string) []string {
	if place == "" {
		return []string{bridgesKey}
	}
	return []string{bridgesKey, bridgesKey + ":" + place}
}

func (s *server) bootstrapBridge(r *http.Request) (any, error) {
	body, err := bodyOf[struct {
		ID    string `json:"bridge_id"`
		Host  string `json:"hostname"`
		Token string `json:"bootstrap_token"`
	}](r)
	if err != nil {
		return nil, err
	}
	place := s.DefaultEdge
	if s.BridgeToken == "" || body.Token != s.BridgeToken {
		query := fmt.Sprintf("SELECT name FROM %ss WHERE bridge_bootstrap_token_hash = $1 AND is_active", s.Release.Edge)
		rows, err := s.db.Query(r.Context(), query, digest(body.Token))
		if err != nil {
			return nil, err
		}
		defer rows.Close()
		if !rows.Next() {
			if rows.Err() != nil {
				return nil, rows.Err()
			}
			return nil, refuse(http.StatusUnauthorized, "Invalid bootstrap token")
		}
		if err := rows.Scan(&place); err != nil {
			return nil, err
		}
	}
	hosts := []string{body.Host, fmt.Sprintf("%s.%s.svc.cluster.local", body.ID, s.Namespace)}
	pair, until, err := s.authority.Service(body.ID, hosts, certificate)
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"certificate": pair.Certificate, "private_key": pair.Key, "ca_certificate": s.authority.PEM,
		"expires_at": until.UTC().Format(time.RFC3339), s.Release.Edge + "_name": place,
	}, nil
}

type bridgeSaid struct {
	ID      string `json:"bridge_id"`
	Host    string `json:"hostname"`
	Edge    string `json:"edge_name"`
	Outpost string `json:"outpost_name"`
	Tunnels int    `json:"active_tunnels"`
	Status  string `json:"status"`
}

// place is the word of this release; that of another one is not understood.
func (s *server) place(said bridgeSaid) string {
	if s.Release.Edge == "edge" {
		return said.Edge
	}
	return said.Outpost
}

func (s *server) enlist(ctx context.Context, id, host, place string, tunnels int) error {
	key := bridgePrefix + id
	err := s.redis.HSet(ctx, key, map[string]any{
		"hostname": host, "status": "ready", "active_tunnels": tunnels, "registered_at": now(), s.Release.Edge: place,
	}).Err()
	if err != nil {
		return err
	}
	return s.redis.Expire(ctx, key, bridgeLife).Err()
}

func (s *server) registerBridge(r *http.Request) (any, error) {
	said, err := bodyOf[bridgeSaid](r)
	if err != nil {
		return nil, err
	}
	place := s.place(said)
	if err := s.enlist(r.Context(), said.ID, said.Host, place, 0); err != nil {
		return nil, err
	}
	if place != "" {
		// Only here: an edge whose bridges have not registered since is not in the list.
		if err := s.redis.SAdd(r.Context(), edgesKey, place).Err(); err != nil {
			return nil, err
		}
	}
	return done, s.score(r.Context(), said.ID, place, 0)
}

func (s *server) score(ctx context.Context, id, place string, score int) error {
	for _, set := range sets(place) {
		if err := s.redis.ZAdd(ctx, set, redis.Z{Score: float64(score), Member: id}).Err(); err != nil {
			return err
		}
	}
	return nil
}

// count adds to the scores of a bridge, and so brings back one that was taken out of the sets.
func (s *server) count(ctx context.Context, id, place string, more int) error {
	for _, set := range sets(place) {
		if err := s.redis.ZIncrBy(ctx, set, float64(more), id).Err(); err != nil {
			return err
		}
	}
	return s.redis.HIncrBy(ctx, bridgePrefix+id, "active_tunnels", int64(more)).Err()
}

func (s *server) bridgeStatus(r *http.Request) (any, error) {
	said, err := bodyOf[bridgeSaid](r)
	if err != nil {
		return nil, err
	}
	ctx, id := r.Context(), r.PathValue("id")
	known, err := s.redis.HGetAll(ctx, bridgePrefix+id).Result()
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, refuse(http.StatusNotFound, "Bridge not found")
	}
	if err := s.redis.HSet(ctx, bridgePrefix+id, "status", said.Status).Err(); err != nil {
		return nil, err
	}
	place := known[s.Release.Edge]
	// It stands in the one worker's line like the ends of the tunnels that come with it, and the bridge goes only when it is answered.
	time.Sleep(s.CloseSoon)
	if said.Status == "ready" {
		tunnels, _ := strconv.Atoi(known["active_tunnels"])
		return done, s.score(ctx, id, place, tunnels)
	}
	for _, set := range sets(place) {
		if err := s.redis.ZRem(ctx, set, id).Err(); err != nil {
			return nil, err
		}
	}
	return done, nil
}

func (s *server) bridgeHeartbeat(r *http.Request) (any, error) {
	said, err := bodyOf[bridgeSaid](r)
	if err != nil {
		return nil, err
	}
	ctx, id, place := r.Context(), r.PathValue("id"), s.place(said)
	known, err := s.redis.Exists(ctx, bridgePrefix+id).Result()
	if err != nil {
		return nil, err
	}
	if known == 0 {
		host := said.Host
		if host == "" {
			host = id
		}
		if err := s.enlist(ctx, id, host, place, said.Tunnels); err != nil {
			return nil, err
		}
	}
	fields := map[string]any{"active_tunnels": said.Tunnels}
	if place != "" {
		fields[s.Release.Edge] = place
	}
	if err := s.redis.HSet(ctx, bridgePrefix+id, fields).Err(); err != nil {
		return nil, err
	}
	if err := s.redis.Expire(ctx, bridgePrefix+id, bridgeLife).Err(); err != nil {
		return nil, err
	}
	status, err := s.redis.HGet(ctx, bridgePrefix+id, "status").Result()
	if err != nil || status != "ready" {
		return done, err
	}
	return done, s.score(ctx, id, place, said.Tunnels)
}

type tunnelSaid struct {
	Session string `json:"session_token"`
	Tunnel  string `json:"tunnel_id"`
}

func (s *server) session(ctx context.Context, id string) (map[string]any, error) {
	text, err := s.redis.Get(ctx, sessionKey(id)).Result()
	if err == redis.Nil {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	session := map[string]any{}
	return session, json.Unmarshal([]byte(text), &session)
}

func word(session map[string]any, key string) string {
	text, _ := session[key].(string)
	return text
}

func (s *server) tunnelEstablished(r *http.Request) (any, error) {
	said, err := bodyOf[tunnelSaid](r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	session, err := s.session(ctx, said.Session)
	if err != nil {
		return nil, err
	}
	if session != nil {
		session["status"], session["tunnel_id"] = "established", said.Tunnel
		session["established_at"] = float64(time.Now().UnixMicro()) / 1e6
		text, _ := json.Marshal(session)
		if err := s.redis.SetEx(ctx, sessionKey(said.Session), text, longestLife).Err(); err != nil {
			return nil, err
		}
	}
	details := map[string]any{"bridge_id": r.Context().Value(identityKey{}), "session_id": said.Session}
	s.audit(ctx, "access", "session_started", "user", word(session, "user_email"), word(session, "resource_name"), details)
	return done, nil
}

// tunnelClosed deletes the session, and so races the client that asks for another bridge. Of many ends at once, some are through before a client that is far away
// has asked, and some come so late that it has got its bridge and loses the session after that: such a tunnel cannot be moved again.
func (s *server) tunnelClosed(r *http.Request) (any, error) {
	said, err := bodyOf[tunnelSaid](r)
	if err != nil {
		return nil, err
	}
	// The one who said so may be gone before its turn comes.
	ctx := context.WithoutCancel(r.Context())
	wait := s.CloseSoon
	if rand.N(2) == 0 {
		wait = s.CloseLate
	}
	time.Sleep(wait + rand.N(wait))
	session, err := s.session(ctx, said.Session)
	if err != nil {
		return nil, err
	}
	if err := s.redis.Del(ctx, sessionKey(said.Session), credentialsKey(said.Session)).Err(); err != nil {
		return nil, err
	}
	if err := s.redis.SRem(ctx, sessionsKey, said.Session).Err(); err != nil {
		return nil, err
	}
	if session != nil {
		if err := s.addTunnels(ctx, word(session, "agent_id"), word(session, "instance_id"), -1); err != nil {
			return nil, err
		}
		if id := word(session, "bridge_id"); id != "" {
			place, _ := s.redis.HGet(ctx, bridgePrefix+id, s.Release.Edge).Result()
			if err := s.count(ctx, id, place, -1); err != nil {
				return nil, err
			}
		}
	}
	details := map[string]any{"bridge_id": r.Context().Value(identityKey{}), "session_id": said.Session}
	s.audit(ctx, "access", "session_ended", "user", word(session, "user_email"), word(session, "resource_name"), details)
	return done, nil
}
