package gateway

import (
	"bufio"
	"net"
	"strings"
	"sync/atomic"
	"testing"
)

// answering says PONG to whatever comes, on as many connections as are asked for, and gives their number and the way to end them all.
func answering(t *testing.T) (address string, connections *atomic.Int32, hangUp func()) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	connections = &atomic.Int32{}
	open := make(chan net.Conn, 100)
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			open <- connection
			go func() {
				for words := bufio.NewScanner(connection); words.Scan(); {
					if strings.HasPrefix(words.Text(), "PING") {
						_, _ = connection.Write([]byte("+PONG\r\n"))
					}
				}
			}()
		}
	}()
	return listener.Addr().String(), connections, func() {
		for len(open) > 0 {
			_ = (<-open).Close()
		}
	}
}

func TestRedisIsAskedOverAConnectionThatIsKeptAndOverANewOneOnceThatHasEnded(t *testing.T) {
	address, connections, hangUp := answering(t)
	kept, err := newStore("redis://" + address)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if err := kept.ping(); err != nil {
			t.Fatal(err)
		}
	}
	if got := connections.Load(); got != 1 {
		t.Fatalf("20 calls took %d connections", got)
	}
	hangUp()
	if err := kept.ping(); err != nil {
		t.Fatal(err)
	}
	if got := connections.Load(); got != 2 {
		t.Fatalf("%d connections after the first one has ended", got)
	}
}
