package gateway

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// store keeps short texts with a time to live: Redis under the prefix kv:, or memory without REDIS_URL.
type store interface {
	get(key string) string
	put(key, value string, ttl time.Duration)
	// ping is nil for a store that needs no connection or whose server answers PONG.
	ping() error
}

func newStore(address string) (store, error) {
	if address == "" {
		return &memory{values: map[string]entry{}}, nil
	}
	parsed, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("REDIS_URL is no URL")
	}
	return redis{parsed}, nil
}

type entry struct {
	value string
	until time.Time
}

type memory struct {
	mutex  sync.Mutex
	values map[string]entry
}

func (m *memory) get(key string) string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if kept, found := m.values[key]; found && time.Now().Before(kept.until) {
		return kept.value
	}
	return ""
}

func (m *memory) put(key, value string, ttl time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.values[key] = entry{value, time.Now().Add(ttl)}
}

func (m *memory) ping() error { return nil }

// redis speaks just enough RESP2 for PING, GET and SET, over a connection per call.
type redis struct{ address *url.URL }

const redisLimit = 2 * time.Second

func (r redis) get(key string) string {
	value, _ := r.call("GET", "kv:"+key)
	return value
}

func (r redis) put(key, value string, ttl time.Duration) {
	_, _ = r.call("SET", "kv:"+key, value, "EX", strconv.Itoa(int(ttl.Seconds())))
}

func (r redis) ping() error {
	answer, err := r.call("PING")
	if err == nil && answer != "PONG" {
		err = errors.New("no PONG")
	}
	return err
}

func (r redis) call(words ...string) (string, error) {
	host := r.address.Host
	if r.address.Port() == "" {
		host = net.JoinHostPort(r.address.Hostname(), "6379")
	}
	connection, err := net.DialTimeout("tcp", host, redisLimit)
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close() }()
	_ = connection.SetDeadline(time.Now().Add(redisLimit))
	reader := bufio.NewReader(connection)
	if password, set := r.address.User.Password(); set {
		auth := []string{"AUTH", password}
		if name := r.address.User.Username(); name != "" {
			auth = []string{"AUTH", name, password}
		}
		if _, err := exchange(connection, reader, auth); err != nil {
			return "", err
		}
	}
	return exchange(connection, reader, words)
}

func exchange(connection net.Conn, reader *bufio.Reader, words []string) (string, error) {
	var request strings.Builder
	fmt.Fprintf(&request, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&request, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := connection.Write([]byte(request.String())); err != nil {
		return "", err
	}
	line, err := reader.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	switch {
	case strings.HasPrefix(line, "-"):
		return "", errors.New(line[1:])
	case strings.HasPrefix(line, "$") && line != "$-1":
		value, err := reader.ReadString('\n')
		return strings.TrimRight(value, "\r\n"), err
	case strings.HasPrefix(line, "$"):
		return "", nil
	}
	return strings.TrimLeft(line, "+:"), nil
}
