package api

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"sort"
	"strconv"
	"time"

	"lab/bamf/internal/pki"
)

const (
	setupLife     = 30 * time.Second
	reconnectLife = 300 * time.Second
	// A bridge with fewer tunnels than this takes what cannot move, lowest ordinal first.
	lowOrdinalUpTo = 75
)

// terminated are the protocols whose tunnels end at the bridge and cannot move.
var terminated = map[string]bool{"ssh-audit": true, "web-ssh": true, "web-db": true}

type connectSaid struct {
	Resource  string `json:"resource_name"`
	Reconnect string `json:"reconnect_session_id"`
	Protocol  string `json:"protocol"`
}

// resource is what an agent reports, as it lies in Redis under `resource:<name>`.
type resource struct {
	Name    string `json:"name"`
	Type    string `json:"resource_type"`
	AgentID string `json:"agent_id"`
	Host    string `json:"hostname"`
	Port    int    `json:"port"`
}

// issue is what a new session is made from, the first time or again.
type issue struct {
	email, session, resource, kind, agent, place string
	// exclude is the bridge that is left out if there is another.
	exclude string
	life    time.Duration
	command string
	action  string
}

func (s *server) connect(r *http.Request, who user) (any, error) {
	said, err := bodyOf[connectSaid](r)
	if err != nil {
		return nil, err
	}
	if said.Reconnect != "" {
		return s.reconnect(r.Context(), said.Reconnect, who)
	}
	ctx := r.Context()
	text, err := s.redis.Get(ctx, "resource:"+said.Resource).Result()
	if err != nil {
		return nil, refuse(http.StatusNotFound, "Resource '%s' not found", said.Resource)
	}
	var found resource
	if err := json.Unmarshal([]byte(text), &found); err != nil {
		return nil, err
	}
	if !who.has("admin", "user") {
		return nil, refuse(http.StatusForbidden, "Access denied")
	}
	if s.redis.Get(ctx, "agent:"+found.AgentID+":status").Err() != nil {
		return nil, refuse(http.StatusServiceUnavailable, "Agent is offline")
	}
	if s.Release.ConnectReadsPlaces {
		// The nearest place by the client's address; the table has another name from v0.10.0 on.
		if _, err := s.db.Exec(ctx, "SELECT name, latitude, longitude FROM outposts WHERE is_active"); err != nil {
			return nil, err
		}
	}
	kind := found.Type
	if said.Protocol != "" {
		kind = said.Protocol
	}
	return s.issueSession(ctx, issue{
		email: who.Email, session: token(24), resource: found.Name, kind: kind, agent: found.AgentID, place: s.DefaultEdge,
		life: setupLife, command: "dial", action: "access_granted",
	})
}

// reconnect gives a session whose bridge went away another bridge, if the session is still there.
func (s *server) reconnect(ctx context.Context, id string, who user) (any, error) {
	session, err := s.session(ctx, id)
	if err != nil {
		return nil, err
	}
	if session == nil {
		return nil, refuse(http.StatusNotFound, "Session not found or expired — start a new connection")
	}
	if word(session, "user_email") != who.Email {
		return nil, refuse(http.StatusForbidden, "Session does not belong to this user")
	}
	agent, old := word(session, "agent_id"), word(session, "bridge_id")
	if s.redis.Get(ctx, "agent:"+agent+":status").Err() != nil {
		return nil, refuse(http.StatusServiceUnavailable, "Agent is offline — cannot reconnect")
	}
	place := word(session, s.Release.Edge+"_name")
	if old != "" {
		if err := s.count(ctx, old, place, -1); err != nil {
			return nil, err
		}
	}
	return s.issueSession(ctx, issue{
		email: who.Email, session: id, resource: word(session, "resource_name"), kind: word(session, "protocol"), agent: agent, place: place,
		exclude: old, life: reconnectLife, command: "redial", action: "session_reconnected",
	})
}

var trailingNumber = regexp.MustCompile(`-(\d+)$`)

func ordinal(id string) int {
	if match := trailingNumber.FindStringSubmatch(id); match != nil {
		number, _ := strconv.Atoi(match[1])
		return number
	}
	return 0
}

// selectBridge takes the one with the lowest score; the status of a bridge plays no part.
func (s *server) selectBridge(ctx context.Context, exclude, place string, lowOrdinal bool) (string, map[string]string, error) {
	scores, err := s.redis.ZRangeWithScores(ctx, bridgesKey+":"+place, 0, 49).Result()
	if err != nil {
		return "", nil, err
	}
	if place == "" || len(scores) == 0 {
		if scores, err = s.redis.ZRangeWithScores(ctx, bridgesKey, 0, 49).Result(); err != nil {
			return "", nil, err
		}
	}
	if len(scores) == 0 {
		return "", nil, refuse(http.StatusServiceUnavailable, "No bridges available")
	}
	candidates := scores[:0:0]
	for _, each := range scores {
		if each.Member != exclude {
			candidates = append(candidates, each)
		}
	}
	if len(candidates) == 0 {
		candidates = scores[:1]
	}
	if lowOrdinal {
		sort.SliceStable(candidates, func(a, b int) bool {
			x, y := candidates[a], candidates[b]
			if xLow, yLow := x.Score < lowOrdinalUpTo, y.Score < lowOrdinalUpTo; xLow != yLow {
				return xLow
			} else if !xLow {
				return x.Score < y.Score
			}
			return ordinal(x.Member.(string)) < ordinal(y.Member.(string))
		})
	}
	chosen := candidates[0].Member.(string)
	about, err := s.redis.HGetAll(ctx, bridgePrefix+chosen).Result()
	if err != nil {
		return "", nil, err
	}
	if len(about) == 0 {
		return "", nil, refuse(http.StatusServiceUnavailable, "Selected bridge is no longer available")
	}
	return chosen, about, nil
}

// issueSession chooses bridge and agent instance, writes the session, tells the agent, and gives the client its way in.
func (s *server) issueSession(ctx context.Context, i issue) (any, error) {
	bridge, about, err := s.selectBridge(ctx, i.exclude, i.place, terminated[i.kind])
	if err != nil {
		return nil, err
	}
	time.Sleep(s.ConnectTakes)
	said := pki.Session{ID: i.session, Resource: i.resource, Bridge: bridge, Type: i.kind, Role: "client"}
	client, until, err := s.authority.Tunnel(i.email, said, i.life)
	if err != nil {
		return nil, err
	}
	said.Role = "agent"
	agent, _, err := s.authority.Tunnel(i.agent, said, i.life)
	if err != nil {
		return nil, err
	}
	instance, err := s.selectInstance(ctx, i.agent)
	if err != nil {
		return nil, err
	}
	place := about[s.Release.Edge]
	if err := s.writeSession(ctx, i, bridge, instance, place, until); err != nil {
		return nil, err
	}
	if err := s.count(ctx, bridge, place, 1); err != nil {
		return nil, err
	}
	host, port := about["hostname"], s.TunnelPort
	agentHost, agentPort := host, port
	internal := fmt.Sprintf("%s.%s.svc.cluster.local", bridge, s.Namespace)
	if s.redis.Get(ctx, "agent:"+i.agent+":cluster_internal").Err() == nil {
		agentHost, agentPort = internal, s.InternalPort
	}
	credentials, _ := json.Marshal(map[string]any{
		"cert": client.Certificate, "key": client.Key, "ca": s.authority.PEM, "bridge_host": internal, "bridge_port": s.InternalPort, "bridge_id": bridge,
	})
	if err := s.redis.SetEx(ctx, credentialsKey(i.session), credentials, i.life).Err(); err != nil {
		return nil, err
	}
	err = s.tell(ctx, i.agent, instance, map[string]any{
		"command": i.command, "session_id": i.session, "bridge_host": agentHost, "bridge_port": agentPort, "resource_name": i.resource,
		"resource_type": i.kind, "session_cert": agent.Certificate, "session_key": agent.Key, "ca_certificate": s.authority.PEM,
	})
	if err != nil {
		return nil, err
	}
	if err := s.addTunnels(ctx, i.agent, instance, 1); err != nil {
		return nil, err
	}
	s.audit(ctx, "access", i.action, "user", i.email, i.resource, map[string]any{"bridge_id": bridge, "session_id": i.session})
	return map[string]any{
		"bridge_hostname": host, "bridge_port": port, "session_cert": client.Certificate, "session_key": client.Key, "ca_certificate": s.authority.PEM,
		"session_id": i.session, "session_expires_at": until.UTC().Format(time.RFC3339), "resource_type": i.kind,
	}, nil
}

func (s *server) writeSession(ctx context.Context, i issue, bridge, instance, place string, until time.Time) error {
	session := map[string]any{
		"user_email": i.email, "resource_name": i.resource, "agent_id": i.agent, "bridge_id": bridge, "instance_id": instance, "protocol": i.kind,
		"status": "pending", "created_at": time.Now().UTC().Format(time.RFC3339Nano), "expires_at": until.UTC().Format(time.RFC3339),
	}
	if place != "" {
		session[s.Release.Edge+"_name"] = place
	}
	text, _ := json.Marshal(session)
	if err := s.redis.SetEx(ctx, sessionKey(i.session), text, i.life).Err(); err != nil {
		return err
	}
	return s.redis.SAdd(ctx, sessionsKey, i.session).Err()
}

func token(bytes int) string {
	secret := make([]byte, bytes)
	_, _ = rand.Read(secret)
	return base64.RawURLEncoding.EncodeToString(secret)
}

// drainBridge gives each tunnel another bridge but tells the agent alone; it counts what it told as moved.
func (s *server) drainBridge(r *http.Request) (any, error) {
	said, err := bodyOf[struct {
		Tunnels []struct {
			Session  string `json:"session_token"`
			Protocol string `json:"protocol"`
		} `json:"tunnels"`
	}](r)
	if err != nil {
		return nil, err
	}
	ctx, bridge := r.Context(), r.PathValue("id")
	moved, staying, faults := 0, []string{}, []string{}
	for _, each := range said.Tunnels {
		// Two of the three protocols that the bridge itself keeps back are not known here.
		if each.Protocol == "ssh-audit" {
			staying = append(staying, each.Session)
			continue
		}
		if fault := s.moveTunnel(ctx, bridge, each.Session); fault != "" {
			faults = append(faults, fault)
		} else {
			moved++
		}
	}
	return map[string]any{"migrated_count": moved, "non_migratable_sessions": staying, "errors": faults}, nil
}

func (s *server) moveTunnel(ctx context.Context, bridge, id string) string {
	short := id[:min(8, len(id))] + "..."
	session, err := s.session(ctx, id)
	if err != nil || session == nil {
		return fmt.Sprintf("Session %s not found", short)
	}
	agent := word(session, "agent_id")
	if s.redis.Get(ctx, "agent:"+agent+":status").Err() != nil {
		return fmt.Sprintf("Agent %s offline for session %s", agent, short)
	}
	place, _ := s.redis.HGet(ctx, bridgePrefix+bridge, s.Release.Edge).Result()
	if err := s.count(ctx, bridge, place, -1); err != nil {
		return fmt.Sprintf("Failed to migrate %s: %s", short, err)
	}
	_, err = s.issueSession(ctx, issue{
		email: word(session, "user_email"), session: id, resource: word(session, "resource_name"), kind: word(session, "protocol"), agent: agent,
		exclude: bridge, life: reconnectLife, command: "redial", action: "session_migrated",
	})
	if err != nil {
		return fmt.Sprintf("Failed to migrate %s: %s", short, err)
	}
	return ""
}
