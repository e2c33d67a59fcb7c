package stream

import (
	"errors"
	"io"
	"net"
	"testing"
)

// pair gives both ends of a connection over the loopback interface.
func pair(t *testing.T) (net.Conn, net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, _ := listener.Accept()
		accepted <- conn
	}()
	dialled, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return dialled, <-accepted
}

func streams(t *testing.T) (*Stream, *Stream, net.Conn, net.Conn) {
	t.Helper()
	a, b := pair(t)
	one, two := New(a), New(b)
	t.Cleanup(func() { one.Close(); two.Close() })
	return one, two, a, b
}

func expectText(t *testing.T, s *Stream, wanted string) {
	t.Helper()
	got := make([]byte, len(wanted))
	if _, err := io.ReadFull(s, got); err != nil || string(got) != wanted {
		t.Fatalf("read %q, %v; want %q", got, err, wanted)
	}
}

func TestBytesThatALostConnectionSwallowedComeOverTheNextOneInOrder(t *testing.T) {
	one, two, a, b := streams(t)
	if _, err := one.Write([]byte("first")); err != nil {
		t.Fatal(err)
	}
	expectText(t, two, "first")
	_ = b.Close()
	_ = a.Close()
	if _, err := one.Write([]byte("second")); !errors.Is(err, ErrLost) {
		t.Fatalf("write to a closed connection: %v", err)
	}
	if _, err := two.Read(make([]byte, 1)); !errors.Is(err, ErrLost) || !two.Lost() {
		t.Fatalf("read from a closed connection: %v", err)
	}
	c, d := pair(t)
	greeted := make(chan error, 1)
	go func() { greeted <- two.Reconnect(d) }()
	if err := one.Reconnect(c); err != nil {
		t.Fatal(err)
	}
	if err := <-greeted; err != nil {
		t.Fatal(err)
	}
	expectText(t, two, "second")
	if _, err := one.Write([]byte("third")); err != nil {
		t.Fatal(err)
	}
	expectText(t, two, "third")
}

func TestAnEndIsToldApartFromALoss(t *testing.T) {
	one, two, _, _ := streams(t)
	go one.Close()
	if _, err := two.Read(make([]byte, 1)); !errors.Is(err, ErrEnded) {
		t.Fatalf("read after the other side's end: %v", err)
	}
}

func TestWhatWasAcknowledgedIsForgotten(t *testing.T) {
	s := &Stream{unsure: []frame{{1, []byte("a")}, {2, []byte("b")}, {3, []byte("c")}}, size: 3}
	s.forget(2)
	if len(s.unsure) != 1 || s.unsure[0].number != 3 || s.size != 1 {
		t.Fatalf("left: %v", s.unsure)
	}
}
