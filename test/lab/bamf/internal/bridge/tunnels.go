package bridge

import (
	"context"
	"io"
	"net"
	"sync"
	"sync/atomic"
)

// terminated are the protocols whose tunnels end at the bridge and cannot move.
var terminated = map[string]bool{"ssh-audit": true, "web-ssh": true, "web-db": true}

// tunnel joins the connection of a client with that of an agent.
type tunnel struct {
	session  string
	protocol string
	client   net.Conn
	agent    net.Conn
	closed   chan struct{}
	once     sync.Once
}

func newTunnel(session, protocol string, client, agent net.Conn) *tunnel {
	return &tunnel{session: session, protocol: protocol, client: client, agent: agent, closed: make(chan struct{})}
}

// run copies both ways until one side ends, the tunnel is closed, or the context ends: a tunnel does not outlive it.
func (t *tunnel) run(ctx context.Context, sent, received *atomic.Int64) {
	ended := make(chan struct{}, 2)
	copyTo := func(to, from net.Conn, counted *atomic.Int64) {
		_, _ = io.Copy(counter{to, counted}, from)
		ended <- struct{}{}
	}
	go copyTo(t.agent, t.client, sent)
	go copyTo(t.client, t.agent, received)
	select {
	case <-ctx.Done():
	case <-t.closed:
	case <-ended:
	}
	t.close()
}

func (t *tunnel) close() {
	t.once.Do(func() {
		close(t.closed)
		_ = t.client.Close()
		_ = t.agent.Close()
	})
}

type counter struct {
	io.Writer
	counted *atomic.Int64
}

func (c counter) Write(p []byte) (int, error) {
	n, err := c.Writer.Write(p)
	c.counted.Add(int64(n))
	return n, err
}

// tunnels are those that are open now.
type tunnels struct {
	mu   sync.Mutex
	open map[string]*tunnel
	// leaks tells whether ended tunnels are counted for ever: what is broken about one release.
	leaks  bool
	leaked int
	news   chan struct{}
}

func newTunnels(leaks bool) *tunnels {
	return &tunnels{open: map[string]*tunnel{}, leaks: leaks, news: make(chan struct{})}
}

func (t *tunnels) add(each *tunnel) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.open[each.session] = each
	t.tell()
}

func (t *tunnels) remove(each *tunnel) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open[each.session] == each {
		delete(t.open, each.session)
		if t.leaks {
			t.leaked++
		}
	}
	t.tell()
}

func (t *tunnels) tell() {
	close(t.news)
	t.news = make(chan struct{})
}

// count gives how many there are, how many of them cannot move, and how many of each protocol.
func (t *tunnels) count() (all, fixed int, byProtocol map[string]int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	byProtocol = map[string]int{}
	for _, each := range t.open {
		byProtocol[each.protocol]++
		if terminated[each.protocol] {
			fixed++
		}
	}
	return len(t.open) + t.leaked, fixed, byProtocol
}

func (t *tunnels) list() []*tunnel {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]*tunnel, 0, len(t.open))
	for _, each := range t.open {
		list = append(list, each)
	}
	return list
}

// wait gives true once no more than so many are left, false when the context ends before.
func (t *tunnels) wait(ctx context.Context, left int) bool {
	for {
		t.mu.Lock()
		count, news := len(t.open)+t.leaked, t.news
		t.mu.Unlock()
		if count <= left {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-news:
		}
	}
}
