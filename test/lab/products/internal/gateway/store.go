package gateway

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
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
	return &redis{address: parsed, idle: make(chan *line, redisIdle)}, nil
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

// redis speaks just enough RESP2 for PING, GET and SET, over connections that it keeps: one for each call would leave
// hundreds a second behind it, which wait for their end, until a search for a free port takes longer than the call.
type redis struct {
	address *url.URL
	idle    chan *line
}

// line is one connection, at which somebody has said who he is.
type line struct {
	net.Conn
	reader *bufio.Reader
}

const (
	redisLimit = 2 * time.Second
	redisIdle  = 8
)

func (r *redis) get(key string) string {
	value, _ := r.call("GET", "kv:"+key)
	return value
}

func (r *redis) put(key, value string, ttl time.Duration) {
	_, _ = r.call("SET", "kv:"+key, value, "EX", strconv.Itoa(int(ttl.Seconds())))
}

func (r *redis) ping() error {
	answer, err := r.call("PING")
	if err == nil && answer != "PONG" {
		err = errors.New("no PONG")
	}
	return err
}

// call uses a kept connection, and a new one where there is none or a kept one has ended.
func (r *redis) call(words ...string) (string, error) {
	for {
		select {
		case kept := <-r.idle:
			answer, err := r.ask(kept, words)
			if err == nil {
				return answer, nil
			}
			_ = kept.Close()
			if errors.Is(err, os.ErrDeadlineExceeded) {
				return "", err
			}
		default:
			fresh, err := r.dial()
			if err != nil {
				return "", err
			}
			answer, err := r.ask(fresh, words)
			if err != nil {
				_ = fresh.Close()
			}
			return answer, err
		}
	}
}

func (r *redis) ask(on *line, words []string) (string, error) {
	_ = on.SetDeadline(time.Now().Add(redisLimit))
	answer, err := exchange(on, on.reader, words)
	if err != nil {
		return "", err
	}
	select {
	case r.idle <- on:
	default:
		_ = on.Close()
	}
	return answer, nil
}

func (r *redis) dial() (*line, error) {
	host := r.address.Host
	if r.address.Port() == "" {
		host = net.JoinHostPort(r.address.Hostname(), "6379")
	}
	connection, err := net.DialTimeout("tcp", host, redisLimit)
	if err != nil {
		return nil, err
	}
	_ = connection.SetDeadline(time.Now().Add(redisLimit))
	reader := bufio.NewReader(connection)
	if password, set := r.address.User.Password(); set {
		auth := []string{"AUTH", password}
		if name := r.address.User.Username(); name != "" {
			auth = []string{"AUTH", name, password}
		}
		if _, err := exchange(connection, reader, auth); err != nil {
			_ = connection.Close()
			return nil, err
		}
	}
	return &line{connection, reader}, nil
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
