// Package stream carries bytes in order over a connection that can be replaced by another one.
//
// Frames: data (1, number, length, bytes), acknowledgement (2, number), greeting of a new connection (3, number that is expected next), end (4).
package stream

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

const (
	frameData byte = iota + 1
	frameReceived
	frameGreeting
	frameEnd
)

const (
	largestFrame = 64 << 10
	// Bytes that wait for the other side's acknowledgement.
	window          = 4 << 20
	acknowledgement = 50 * time.Millisecond
	greetingLimit   = 30 * time.Second
)

// What Read and Write say about the connection.
var (
	ErrLost   = errors.New("connection lost")
	ErrEnded  = errors.New("stream ended")
	ErrWindow = errors.New("too many bytes without an acknowledgement")
)

type frame struct {
	number uint64
	bytes  []byte
}

// Stream is safe for one reader and one writer.
type Stream struct {
	state sync.Mutex
	conn  net.Conn
	lost  bool
	ended bool

	out      sync.Mutex
	number   uint64
	unsure   []frame
	unsureMu sync.Mutex
	size     int

	in       sync.Mutex
	rest     []byte
	expected atomic.Uint64
	stop     chan struct{}
}

// New wraps a connection.
func New(conn net.Conn) *Stream {
	s := &Stream{conn: conn, number: 1, stop: make(chan struct{})}
	s.expected.Store(1)
	go s.acknowledge()
	return s
}

// Lost tells whether the connection broke and none has taken its place.
func (s *Stream) Lost() bool {
	s.state.Lock()
	defer s.state.Unlock()
	return s.lost
}

func (s *Stream) current() (net.Conn, error) {
	s.state.Lock()
	defer s.state.Unlock()
	switch {
	case s.ended:
		return nil, ErrEnded
	case s.lost:
		return nil, ErrLost
	}
	return s.conn, nil
}

// broken notes that this connection is of no use; a newer one is not touched.
func (s *Stream) broken(conn net.Conn) error {
	s.state.Lock()
	defer s.state.Unlock()
	if s.ended {
		return ErrEnded
	}
	if s.conn == conn {
		s.lost = true
	}
	return ErrLost
}

// Read gives the next bytes, or ErrLost, or ErrEnded once the other side ended the stream.
func (s *Stream) Read(p []byte) (int, error) {
	s.in.Lock()
	defer s.in.Unlock()
	for {
		if len(s.rest) > 0 {
			n := copy(p, s.rest)
			s.rest = s.rest[n:]
			return n, nil
		}
		conn, err := s.current()
		if err != nil {
			return 0, err
		}
		if err := s.readFrame(conn); err != nil {
			return 0, err
		}
	}
}

func (s *Stream) readFrame(conn net.Conn) error {
	var head [9]byte
	if _, err := io.ReadFull(conn, head[:1]); err != nil {
		return s.broken(conn)
	}
	if head[0] == frameEnd {
		return ErrEnded
	}
	if _, err := io.ReadFull(conn, head[1:]); err != nil {
		return s.broken(conn)
	}
	number := binary.BigEndian.Uint64(head[1:])
	switch head[0] {
	case frameReceived:
		s.forget(number)
		return nil
	case frameData:
		var length [4]byte
		if _, err := io.ReadFull(conn, length[:]); err != nil {
			return s.broken(conn)
		}
		size := binary.BigEndian.Uint32(length[:])
		if size == 0 || size > largestFrame {
			return s.broken(conn)
		}
		bytes := make([]byte, size)
		if _, err := io.ReadFull(conn, bytes); err != nil {
			return s.broken(conn)
		}
		if number >= s.expected.Load() {
			s.expected.Store(number + 1)
			s.rest = bytes
		}
		return nil
	}
	return s.broken(conn)
}

// Write sends bytes; what it took is sent again over a new connection if this one loses it.
func (s *Stream) Write(p []byte) (int, error) {
	s.out.Lock()
	defer s.out.Unlock()
	written := 0
	for written < len(p) {
		conn, err := s.current()
		if err != nil {
			return written, err
		}
		part := p[written:min(len(p), written+largestFrame)]
		bytes := make([]byte, 13+len(part))
		bytes[0] = frameData
		binary.BigEndian.PutUint64(bytes[1:], s.number)
		binary.BigEndian.PutUint32(bytes[9:], uint32(len(part)))
		copy(bytes[13:], part)
		if !s.keep(frame{s.number, bytes}) {
			return written, ErrWindow
		}
		s.number++
		written += len(part)
		if _, err := conn.Write(bytes); err != nil {
			return written, s.broken(conn)
		}
	}
	return written, nil
}

func (s *Stream) keep(f frame) bool {
	s.unsureMu.Lock()
	defer s.unsureMu.Unlock()
	if s.size+len(f.bytes) > window {
		return false
	}
	s.unsure, s.size = append(s.unsure, f), s.size+len(f.bytes)
	return true
}

func (s *Stream) forget(upTo uint64) {
	s.unsureMu.Lock()
	defer s.unsureMu.Unlock()
	for len(s.unsure) > 0 && s.unsure[0].number <= upTo {
		s.size -= len(s.unsure[0].bytes)
		s.unsure = s.unsure[1:]
	}
}

func (s *Stream) acknowledge() {
	var said uint64
	ticker := time.NewTicker(acknowledgement)
	defer ticker.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-ticker.C:
		}
		last := s.expected.Load() - 1
		if last == said {
			continue
		}
		s.out.Lock()
		if conn, err := s.current(); err == nil {
			var bytes [9]byte
			bytes[0] = frameReceived
			binary.BigEndian.PutUint64(bytes[1:], last)
			if _, err := conn.Write(bytes[:]); err == nil {
				said = last
			}
		}
		s.out.Unlock()
	}
}

// Reconnect takes another connection, greets the other side over it, for up to 30 s, and sends again what that side lacks. Nothing is read or written meanwhile.
func (s *Stream) Reconnect(conn net.Conn) error {
	s.out.Lock()
	defer s.out.Unlock()
	// A reader that waits on a healthy connection is waited for, as upstream does.
	s.in.Lock()
	defer s.in.Unlock()
	if err := s.swap(conn); err != nil {
		return err
	}
	s.rest = nil
	_ = conn.SetDeadline(time.Now().Add(greetingLimit))
	var ours, theirs [9]byte
	ours[0] = frameGreeting
	binary.BigEndian.PutUint64(ours[1:], s.expected.Load())
	if _, err := conn.Write(ours[:]); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	if _, err := io.ReadFull(conn, theirs[:]); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	if theirs[0] != frameGreeting {
		return errors.New("greeting: another frame came")
	}
	s.forget(binary.BigEndian.Uint64(theirs[1:]) - 1)
	s.unsureMu.Lock()
	again := append([]frame(nil), s.unsure...)
	s.unsureMu.Unlock()
	for _, each := range again {
		if _, err := conn.Write(each.bytes); err != nil {
			return fmt.Errorf("sending again: %w", err)
		}
	}
	return conn.SetDeadline(time.Time{})
}

func (s *Stream) swap(conn net.Conn) error {
	s.state.Lock()
	defer s.state.Unlock()
	if s.ended {
		return ErrEnded
	}
	_ = s.conn.Close()
	s.conn, s.lost = conn, false
	return nil
}

// Close ends the stream for both sides.
func (s *Stream) Close() {
	s.state.Lock()
	if s.ended {
		s.state.Unlock()
		return
	}
	s.ended = true
	conn := s.conn
	s.state.Unlock()
	close(s.stop)
	_ = conn.SetWriteDeadline(time.Now().Add(100 * time.Millisecond))
	_, _ = conn.Write([]byte{frameEnd})
	// Closed at once with bytes unread, the kernel would take back what the other side has not read yet.
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		_, _ = io.Copy(io.Discard, conn)
	}
	_ = conn.Close()
}
