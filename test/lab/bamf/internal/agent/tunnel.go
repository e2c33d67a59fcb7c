package agent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"lab/bamf/internal/stream"
)

// redialLimit is how long a tunnel without a bridge waits to be told of another.
const redialLimit = 5 * time.Minute

// tunnel joins a stream to a bridge with a connection to a resource.
type tunnel struct {
	target string
	stream *stream.Stream
	// raw is set in place of the stream where the bridge itself ends the tunnel.
	raw    net.Conn
	closed chan struct{}
	once   sync.Once
}

func open(ctx context.Context, meeting stream.Meeting, target string) (*tunnel, error) {
	conn, err := stream.Dial(ctx, meeting)
	if err != nil {
		return nil, err
	}
	t := &tunnel{target: target, closed: make(chan struct{})}
	if stream.Raw(meeting.Type) {
		t.raw = conn
	} else {
		t.stream = stream.New(conn)
	}
	return t, nil
}

// run copies both ways until one side ends or the context does: a tunnel does not outlive it. It says what has ended it.
func (t *tunnel) run(ctx context.Context) string {
	defer t.close()
	resource, err := net.Dial("tcp", t.target)
	if err != nil {
		return err.Error()
	}
	defer resource.Close()
	var bridge io.ReadWriter = t
	if t.raw != nil {
		bridge = t.raw
	}
	ended := make(chan string, 2)
	go func() { _, err := io.Copy(resource, bridge); ended <- fmt.Sprintf("the bridge's side: %v", err) }()
	go func() { _, err := io.Copy(bridge, resource); ended <- fmt.Sprintf("the resource's side: %v", err) }()
	select {
	case <-ctx.Done():
		return "the agent stops"
	case <-t.closed:
		return "it was closed"
	case why := <-ended:
		return why
	}
}

func (t *tunnel) close() {
	t.once.Do(func() {
		close(t.closed)
		if t.stream != nil {
			t.stream.Close()
		} else {
			_ = t.raw.Close()
		}
	})
}

// Read waits for another bridge where this one is lost.
func (t *tunnel) Read(p []byte) (int, error) {
	for {
		n, err := t.stream.Read(p)
		if errors.Is(err, stream.ErrEnded) {
			return n, io.EOF
		}
		if !errors.Is(err, stream.ErrLost) {
			return n, err
		}
		if !t.await() {
			return 0, io.EOF
		}
	}
}

// Write waits for another bridge where this one is lost; what was taken is sent again over that one.
func (t *tunnel) Write(p []byte) (int, error) {
	written := 0
	for written < len(p) {
		n, err := t.stream.Write(p[written:])
		written += n
		if errors.Is(err, stream.ErrLost) {
			if !t.await() {
				return written, io.EOF
			}
			continue
		}
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

func (t *tunnel) await() bool {
	limit := time.After(redialLimit)
	for t.stream.Lost() {
		select {
		case <-t.closed:
			return false
		case <-limit:
			return false
		case <-time.After(100 * time.Millisecond):
		}
	}
	return true
}

func (t *tunnel) redial(ctx context.Context, meeting stream.Meeting) error {
	if t.stream == nil {
		t.close()
		return errors.New("bridge reconnection not supported for raw mode tunnels")
	}
	conn, err := stream.Dial(ctx, meeting)
	if err != nil {
		return err
	}
	if err := t.stream.Reconnect(conn); err != nil {
		_ = conn.Close()
		return err
	}
	return nil
}
