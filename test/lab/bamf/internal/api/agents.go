package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/redis/go-redis/v9"
)

const (
	agentLife       = 180 * time.Second
	agentCertLife   = 8760 * time.Hour
	commandLife     = 60 * time.Second
	keepAlive       = 30
	agentPrefix     = "agent:"
	instancesSuffix = ":instances"
)

// instance is one process of an agent, as it lies in the hash `agent:<id>:instances`.
type instance struct {
	Heartbeat float64 `json:"last_heartbeat"`
	Tunnels   int     `json:"tunnel_count"`
	HasRelay  bool    `json:"has_relay"`
	Status    string  `json:"status"`
}

func (i instance) fresh() bool {
	return float64(time.Now().UnixMicro())/1e6-i.Heartbeat <= agentLife.Seconds()
}

func (s *server) joinAgent(r *http.Request) (any, error) {
	said, err := bodyOf[struct {
		Token  string            `json:"join_token"`
		Name   string            `json:"name"`
		Labels map[string]string `json:"labels"`
	}](r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	var usable bool
	row := s.db.QueryRow(ctx,
		`SELECT NOT is_revoked AND expires_at > now() AND (max_uses IS NULL OR use_count < max_uses) FROM join_tokens WHERE token_hash = $1`, digest(said.Token))
	if err := row.Scan(&usable); err == pgx.ErrNoRows {
		return nil, refuse(http.StatusUnauthorized, "Invalid join token")
	} else if err != nil {
		return nil, err
	}
	if !usable {
		return nil, refuse(http.StatusUnauthorized, "Join token has been revoked, has expired or has reached maximum uses")
	}
	pair, until, err := s.authority.Service(said.Name, nil, agentCertLife)
	if err != nil {
		return nil, err
	}
	var id *string
	row = s.db.QueryRow(ctx,
		`INSERT INTO agents (name, certificate_fingerprint, certificate_expires_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING id::text`,
		said.Name, digest(pair.Certificate), until)
	if err := row.Scan(&id); err == pgx.ErrNoRows {
		return nil, refuse(http.StatusConflict, "Agent with name '%s' already exists", said.Name)
	} else if err != nil {
		return nil, err
	}
	if _, err := s.db.Exec(ctx, "UPDATE join_tokens SET use_count = use_count + 1 WHERE token_hash = $1", digest(said.Token)); err != nil {
		return nil, err
	}
	if err := s.redis.SetEx(ctx, agentPrefix+*id+":status", "online", agentLife).Err(); err != nil {
		return nil, err
	}
	s.audit(ctx, "agent", "agent_joined", "agent", said.Name, said.Name, nil)
	return map[string]any{
		"agent_id": *id, "certificate": pair.Certificate, "private_key": pair.Key, "ca_certificate": s.authority.PEM,
		"certificate_expires_at": until.UTC().Format(time.RFC3339),
	}, nil
}

func (s *server) agentHeartbeat(r *http.Request) (any, error) {
	said, err := bodyOf[struct {
		Resources []resource        `json:"resources"`
		Labels    map[string]string `json:"labels"`
		Internal  bool              `json:"cluster_internal"`
		Instance  string            `json:"instance_id"`
		Tunnels   int               `json:"active_tunnels"`
	}](r)
	if err != nil {
		return nil, err
	}
	ctx, id := r.Context(), r.PathValue("id")
	steps := []error{
		s.redis.SetEx(ctx, agentPrefix+id+":status", "online", agentLife).Err(),
		s.redis.Set(ctx, agentPrefix+id+":last_heartbeat", now(), 0).Err(),
	}
	if said.Internal {
		steps = append(steps, s.redis.SetEx(ctx, agentPrefix+id+":cluster_internal", "1", agentLife).Err())
	}
	names := []string{}
	for _, each := range said.Resources {
		each.AgentID = id
		names = append(names, each.Name)
		text, _ := json.Marshal(each)
		steps = append(steps, s.redis.SetEx(ctx, "resource:"+each.Name, text, agentLife).Err())
	}
	sort.Strings(names)
	list, _ := json.Marshal(names)
	steps = append(steps, s.redis.SetEx(ctx, agentPrefix+id+":resources", list, agentLife).Err())
	labels, _ := json.Marshal(said.Labels)
	steps = append(steps, s.redis.SetEx(ctx, agentPrefix+id+":labels", labels, agentLife).Err())
	if said.Instance != "" {
		steps = append(steps, s.noteInstance(ctx, id, said.Instance, said.Tunnels))
	}
	for _, err := range steps {
		if err != nil {
			return nil, err
		}
	}
	targets, err := s.probeTargets(ctx)
	return map[string]any{"message": "OK", s.Release.Edge + "_probe_targets": targets}, err
}

func (s *server) probeTargets(ctx context.Context) ([]map[string]any, error) {
	targets := []map[string]any{}
	places, err := s.redis.SMembers(ctx, edgesKey).Result()
	if err != nil {
		return nil, err
	}
	for _, place := range places {
		bridges, err := s.redis.ZRange(ctx, bridgesKey+":"+place, 0, 0).Result()
		if err != nil || len(bridges) == 0 {
			continue
		}
		host, err := s.redis.HGet(ctx, bridgePrefix+bridges[0], "hostname").Result()
		if err == nil {
			targets = append(targets, map[string]any{s.Release.Edge: place, "host": host, "port": s.TunnelPort})
		}
	}
	return targets, nil
}

func (s *server) noteInstance(ctx context.Context, agent, id string, tunnels int) error {
	key := agentPrefix + agent + instancesSuffix
	return s.changeInstance(ctx, key, id, true, func(known *instance) {
		known.Heartbeat = float64(time.Now().UnixMicro()) / 1e6
		known.Tunnels = tunnels
	})
}

// addTunnels counts by reading and writing; what two do at once drifts until the next heartbeat.
func (s *server) addTunnels(ctx context.Context, agent, id string, more int) error {
	if agent == "" || id == "" {
		return nil
	}
	return s.changeInstance(ctx, agentPrefix+agent+instancesSuffix, id, false, func(known *instance) {
		known.Tunnels = max(0, known.Tunnels+more)
	})
}

func (s *server) changeInstance(ctx context.Context, key, id string, make bool, change func(*instance)) error {
	known := instance{Status: "active"}
	text, err := s.redis.HGet(ctx, key, id).Result()
	if err == redis.Nil && !make {
		return nil
	}
	if err != nil && err != redis.Nil {
		return err
	}
	if err == nil {
		_ = json.Unmarshal([]byte(text), &known)
	}
	change(&known)
	written, _ := json.Marshal(known)
	if err := s.redis.HSet(ctx, key, id, written).Err(); err != nil {
		return err
	}
	if !make {
		return nil
	}
	return s.redis.Expire(ctx, key, agentLife).Err()
}

// selectInstance takes the one with the fewest tunnels that neither drains nor is silent, whoever holds the tunnel.
func (s *server) selectInstance(ctx context.Context, agent string) (string, error) {
	all, err := s.redis.HGetAll(ctx, agentPrefix+agent+instancesSuffix).Result()
	if err != nil {
		return "", err
	}
	chosen, fewest := "", 0
	for id, text := range all {
		var known instance
		if json.Unmarshal([]byte(text), &known) != nil || !known.fresh() || known.Status == "draining" {
			continue
		}
		if chosen == "" || known.Tunnels < fewest || (known.Tunnels == fewest && id < chosen) {
			chosen, fewest = id, known.Tunnels
		}
	}
	if chosen == "" {
		return "", refuse(http.StatusBadGateway, "No live agent instances available")
	}
	return chosen, nil
}

func commandsKey(agent, id string) string {
	return fmt.Sprintf("agent:%s:instance:%s:commands", agent, id)
}

func (s *server) tell(ctx context.Context, agent, id string, command map[string]any) error {
	text, _ := json.Marshal(command)
	if err := s.redis.RPush(ctx, commandsKey(agent, id), text).Err(); err != nil {
		return err
	}
	return s.redis.Expire(ctx, commandsKey(agent, id), commandLife).Err()
}

// agentEvents streams the commands of one instance until that one goes; this server's own end does not end it.
func (s *server) agentEvents(w http.ResponseWriter, r *http.Request) {
	if err := s.admitAgent(r); err != nil {
		s.answer(func(*http.Request) (any, error) { return nil, err })(w, r)
		return
	}
	key := commandsKey(r.PathValue("id"), r.URL.Query().Get("instance_id"))
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	flush := func() { _ = http.NewResponseController(w).Flush() }
	flush()
	for silent := 0; r.Context().Err() == nil; {
		popped, err := s.redis.BLPop(r.Context(), time.Second, key).Result()
		switch {
		case err == nil:
			silent = 0
			fmt.Fprintf(w, "event: tunnel_request\ndata: %s\n\n", popped[1])
			flush()
		case err != redis.Nil:
			return
		case silent+1 >= keepAlive:
			silent = 0
			fmt.Fprint(w, "event: heartbeat\ndata: {}\n\n")
			flush()
		default:
			silent++
		}
	}
}

func (s *server) drainAgent(r *http.Request) (any, error) {
	said, err := bodyOf[struct {
		Instance string `json:"instance_id"`
	}](r)
	if err != nil {
		return nil, err
	}
	key := agentPrefix + r.PathValue("id") + instancesSuffix
	err = s.changeInstance(r.Context(), key, said.Instance, false, func(known *instance) { known.Status = "draining" })
	return map[string]string{"message": "Instance marked as draining"}, err
}

func (s *server) agentOffline(r *http.Request) (any, error) {
	key := agentPrefix + r.PathValue("id") + instancesSuffix
	return map[string]string{"message": "Instance removed"}, s.redis.HDel(r.Context(), key, r.PathValue("instance")).Err()
}

func (s *server) listAgents(r *http.Request, who user) (any, error) {
	if !who.has("admin", "audit") {
		return nil, refuse(http.StatusForbidden, "Admin or audit access required")
	}
	rows, err := s.db.Query(r.Context(), "SELECT id::text, name, certificate_expires_at, created_at, updated_at FROM agents ORDER BY name")
	if err != nil {
		return nil, err
	}
	type agent struct {
		ID      string
		Name    string
		Expires *time.Time
		Created time.Time
		Updated time.Time
	}
	agents, err := pgx.CollectRows(rows, pgx.RowToStructByPos[agent])
	if err != nil {
		return nil, err
	}
	items := []map[string]any{}
	for _, each := range agents {
		items = append(items, s.aboutAgent(r.Context(), each.ID, map[string]any{
			"id": each.ID, "name": each.Name, "certificate_expires_at": each.Expires, "created_at": each.Created, "updated_at": each.Updated,
		}))
	}
	return map[string]any{"items": items, "next_cursor": nil, "has_more": false}, nil
}

func (s *server) aboutAgent(ctx context.Context, id string, about map[string]any) map[string]any {
	about["status"] = "offline"
	if status, err := s.redis.Get(ctx, agentPrefix+id+":status").Result(); err == nil {
		about["status"] = status
	}
	about["last_heartbeat"] = nil
	if text, err := s.redis.Get(ctx, agentPrefix+id+":last_heartbeat").Result(); err == nil {
		seconds, _ := strconv.ParseFloat(text, 64)
		about["last_heartbeat"] = time.UnixMicro(int64(seconds * 1e6)).UTC().Format(time.RFC3339Nano)
	}
	labels, names := map[string]string{}, []string{}
	if text, err := s.redis.Get(ctx, agentPrefix+id+":labels").Result(); err == nil {
		_ = json.Unmarshal([]byte(text), &labels)
	}
	if text, err := s.redis.Get(ctx, agentPrefix+id+":resources").Result(); err == nil {
		_ = json.Unmarshal([]byte(text), &names)
	}
	about["labels"], about["resource_count"], about["connected_bridge_id"] = labels, len(names), nil
	return about
}

// listPlaces gives the remote places that registered, from the database.
func (s *server) listPlaces(r *http.Request, who user) (any, error) {
	if !who.has("admin", "audit") {
		return nil, refuse(http.StatusForbidden, "Admin or audit access required")
	}
	rows, err := s.db.Query(r.Context(), fmt.Sprintf("SELECT id::text, name, region, is_active FROM %ss ORDER BY name", s.Release.Edge))
	if err != nil {
		return nil, err
	}
	type place struct {
		ID     string  `json:"id"`
		Name   string  `json:"name"`
		Region *string `json:"region"`
		Active bool    `json:"is_active"`
	}
	items, err := pgx.CollectRows(rows, pgx.RowToStructByPos[place])
	if err != nil {
		return nil, err
	}
	if items == nil {
		items = []place{}
	}
	return map[string]any{"items": items, "next_cursor": nil, "has_more": false}, nil
}
