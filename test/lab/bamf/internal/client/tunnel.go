package client

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"lab/bamf/internal/pki"
	"lab/bamf/internal/stream"
)

const (
	// Bytes of one message: the tunnel's number and the message's own.
	messageSize  = 16
	tries        = 15
	firstPause   = 2 * time.Second
	longestPause = 10 * time.Second
)

// session is what the API gives for a tunnel.
type session struct {
	Host      string `json:"bridge_hostname"`
	Port      int    `json:"bridge_port"`
	Cert      string `json:"session_cert"`
	Key       string `json:"session_key"`
	Authority string `json:"ca_certificate"`
	ID        string `json:"session_id"`
	Type      string `json:"resource_type"`
}

// tunnel sends numbered messages and checks that each of its bytes comes back in order.
type tunnel struct {
	run    *run
	number uint64
	opened time.Time

	mu         sync.Mutex
	ended      time.Time
	bridges    []string
	state      string
	why        string
	received   uint64
	lastByte   time.Time
	stall      time.Duration
	stalledOn  string
	reconnects int
}

// connection is what a tunnel writes to and reads from.
type connection interface {
	io.ReadWriter
	Close() error
}

func (r *run) ask(ctx context.Context, again string) (session, error) {
	body := map[string]any{"resource_name": r.options.Resource}
	if again != "" {
		body["reconnect_session_id"] = again
	}
	if r.options.Protocol != "" {
		body["protocol"] = r.options.Protocol
	}
	var given session
	err := r.api.Post(ctx, "/api/v1/connect", body, &given)
	return given, err
}

// addressOf tells where a bridge is really found: its own name, or a pattern with its ordinal in it.
func (r *run) addressOf(s session) string {
	if r.options.Dial == "" {
		return net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	}
	ordinal, _, _ := strings.Cut(s.Host, ".")
	return strings.ReplaceAll(r.options.Dial, "{ordinal}", ordinal)
}

func (r *run) meet(ctx context.Context, s session) (net.Conn, error) {
	return stream.Dial(ctx, stream.Meeting{
		Session: s.ID, Type: s.Type, Host: s.Host, Address: r.addressOf(s), Pair: pki.Pair{Certificate: s.Cert, Key: s.Key}, Authority: s.Authority,
	})
}

// live opens a tunnel and uses it until its time is over, the run is, or it is cut.
func (t *tunnel) live(ctx context.Context, life time.Duration) {
	s, err := t.run.ask(ctx, "")
	if err != nil {
		t.end("failed", err)
		return
	}
	t.met(s.Host)
	conn, err := t.run.meet(ctx, s)
	if err != nil {
		t.end("failed", err)
		return
	}
	var wire connection = conn
	if !stream.Raw(s.Type) {
		wire = &reconnecting{tunnel: t, session: s, stream: stream.New(conn), ctx: ctx}
	}
	// Nothing tells a client that the agent has come: the first byte does.
	first := time.AfterFunc(t.run.options.OpenLimit, func() {
		if t.count() == 0 {
			t.end("failed", errors.New("no byte came"))
			_ = wire.Close()
		}
	})
	defer first.Stop()
	t.use(ctx, wire, life)
}

func (t *tunnel) use(ctx context.Context, wire connection, life time.Duration) {
	lived, cancel := ctx, context.CancelFunc(func() {})
	if life > 0 {
		lived, cancel = context.WithTimeout(ctx, life)
	}
	defer cancel()
	ended := make(chan error, 2)
	go func() { ended <- t.send(lived, wire) }()
	go func() { ended <- t.receive(wire) }()
	select {
	case <-lived.Done():
		t.end("ended", nil)
	case err := <-ended:
		if lived.Err() != nil {
			t.end("ended", nil)
		} else if t.count() == 0 {
			t.end("failed", err)
		} else {
			t.end("cut", err)
		}
	}
	_ = wire.Close()
}

func (t *tunnel) send(ctx context.Context, wire io.Writer) error {
	ticker := time.NewTicker(t.run.options.Every)
	defer ticker.Stop()
	var message [messageSize]byte
	binary.BigEndian.PutUint64(message[:], t.number)
	for n := uint64(0); ; n++ {
		binary.BigEndian.PutUint64(message[8:], n)
		if _, err := wire.Write(message[:]); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

func (t *tunnel) receive(wire io.Reader) error {
	var message [messageSize]byte
	for n := uint64(0); ; n++ {
		if _, err := io.ReadFull(wire, message[:]); err != nil {
			return err
		}
		if binary.BigEndian.Uint64(message[:]) != t.number || binary.BigEndian.Uint64(message[8:]) != n {
			return errors.New("other bytes came back than were sent")
		}
		t.got()
	}
}

func (t *tunnel) got() {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Now()
	if t.received == 0 {
		// It may have come to its end before its first byte was back.
		if t.state == "opening" {
			t.state = "open"
		}
	} else if pause := now.Sub(t.lastByte); pause > t.stall {
		t.stall = pause
		// The bridge that was left, if another one carries these bytes already.
		t.stalledOn = t.bridges[max(0, len(t.bridges)-2)]
		if t.reconnects == 0 {
			t.stalledOn = t.bridges[len(t.bridges)-1]
		}
	}
	t.received++
	t.lastByte = now
}

func (t *tunnel) count() uint64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.received
}

func (t *tunnel) met(bridge string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bridges = append(t.bridges, bridge)
}

func (t *tunnel) end(state string, why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state != "open" && t.state != "opening" {
		return
	}
	t.state, t.ended = state, time.Now()
	if why != nil {
		t.why = why.Error()
	}
}

// reconnecting asks for another bridge where one is lost, as the product's own client does: 15 tries, after 0, 2, 4, 8 and then every 10 seconds.
type reconnecting struct {
	tunnel  *tunnel
	session session
	stream  *stream.Stream
	ctx     context.Context

	mu     sync.Mutex
	asking chan struct{}
	failed error
}

func (r *reconnecting) Close() error {
	r.stream.Close()
	return nil
}

func (r *reconnecting) Read(p []byte) (int, error) {
	for {
		n, err := r.stream.Read(p)
		if errors.Is(err, stream.ErrEnded) {
			return n, io.EOF
		}
		if !errors.Is(err, stream.ErrLost) {
			return n, err
		}
		if err := r.reconnect(); err != nil {
			return 0, err
		}
	}
}

func (r *reconnecting) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		n, err := r.stream.Write(p[written:])
		written += n
		if errors.Is(err, stream.ErrLost) {
			err = r.reconnect()
		}
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// reconnect is done by the first of reader and writer that misses the bridge; the other one waits.
func (r *reconnecting) reconnect() error {
	r.mu.Lock()
	if asking := r.asking; asking != nil {
		r.mu.Unlock()
		<-asking
		r.mu.Lock()
		defer r.mu.Unlock()
		return r.failed
	}
	if !r.stream.Lost() {
		r.mu.Unlock()
		return r.failed
	}
	asking := make(chan struct{})
	r.asking = asking
	r.mu.Unlock()
	err := r.tryAll()
	r.mu.Lock()
	r.failed, r.asking = err, nil
	r.mu.Unlock()
	close(asking)
	return err
}

func (r *reconnecting) tryAll() error {
	var last error
	for try := range tries {
		if try > 0 {
			pause := min(firstPause<<(try-1), longestPause)
			select {
			case <-time.After(pause):
			case <-r.ctx.Done():
				return r.ctx.Err()
			}
		}
		if last = r.tryOnce(); last == nil {
			return nil
		}
	}
	return last
}

func (r *reconnecting) tryOnce() error {
	given, err := r.tunnel.run.ask(r.ctx, r.session.ID)
	if err != nil {
		return err
	}
	conn, err := r.tunnel.run.meet(r.ctx, given)
	if err != nil {
		return err
	}
	if err := r.stream.Reconnect(conn); err != nil {
		_ = conn.Close()
		return err
	}
	r.session = given
	r.tunnel.mu.Lock()
	defer r.tunnel.mu.Unlock()
	r.tunnel.bridges = append(r.tunnel.bridges, given.Host)
	r.tunnel.reconnects++
	return nil
}
