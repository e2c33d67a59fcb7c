package stream

import (
	"context"
	"crypto/tls"
	"net"
	"time"

	"lab/bamf/internal/pki"
)

const dialLimit = 10 * time.Second

// Meeting is where one end of a tunnel goes, and with what.
type Meeting struct {
	Session   string
	Type      string
	Host      string
	Address   string
	Pair      pki.Pair
	Authority string
}

// Dial connects to a bridge and says which tunnel this is.
func Dial(ctx context.Context, m Meeting) (net.Conn, error) {
	with, err := pki.Client(m.Pair, m.Authority, m.Host)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, dialLimit)
	defer cancel()
	conn, err := (&tls.Dialer{Config: with}).DialContext(limited, "tcp", m.Address)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write([]byte(m.Session + "\ntype=" + m.Type + "\n")); err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

// Raw tells whether a tunnel of this type has no stream of ours in it, because the bridge itself ends it.
func Raw(kind string) bool { return kind == "ssh-audit" || kind == "web-ssh" || kind == "web-db" }
