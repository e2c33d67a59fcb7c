package load

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

func TestPublicAddressesAreRefused(t *testing.T) {
	for _, url := range []string{"http://8.8.8.8/", "http://[2001:4860:4860::8888]/", "no host"} {
		if refusePublic(url) == nil {
			t.Errorf("%s was accepted", url)
		}
	}
	for _, url := range []string{"http://127.0.0.1:1/", "http://10.244.0.9/", "http://[::1]:1/"} {
		if err := refusePublic(url); err != nil {
			t.Errorf("%s was refused: %v", url, err)
		}
	}
}

func TestEveryBadAnswerAndEveryLateOneCounts(t *testing.T) {
	var count atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		switch count.Add(1) % 4 {
		case 0:
			out.WriteHeader(503)
		case 1:
			select {
			case <-request.Context().Done():
			case <-time.After(5 * time.Second):
			}
		}
	}))
	defer target.Close()
	got := run(context.Background(), plan{url: target.URL, method: http.MethodGet, rate: 100, seconds: 0.195, keepAlive: 0.5, timeout: 300 * time.Millisecond})
	if got.Sent != 20 || got.Failed != 10 || got.ByError["status 503"] != 5 || got.ByError["timeout"] != 5 {
		t.Errorf("got %+v", got)
	}
}

func TestAServerThatIsGoneIsNamed(t *testing.T) {
	target := httptest.NewServer(http.NotFoundHandler())
	target.Close()
	got := run(context.Background(), plan{url: target.URL, method: http.MethodGet, rate: 100, seconds: 0.05, timeout: time.Second})
	if got.Failed != got.Sent || got.ByError["refused"] != got.Sent {
		t.Errorf("got %+v", got)
	}
}

func TestAKeptAliveConnectionThatTheServerEndsIsClosedAndNothingElse(t *testing.T) {
	idle := &url.Error{Op: "Post", URL: "http://gateway", Err: errors.New("http: server closed idle connection")}
	if name := nameOf(idle); name != "closed" || !isClosed(idle) {
		t.Errorf("got %s", name)
	}
	if name := nameOf(errors.New("no such thing")); name != "other" {
		t.Errorf("got %s", name)
	}
}

// hangUp ends the connection of a request without an answer.
func hangUp(out http.ResponseWriter) {
	connection, _, err := out.(http.Hijacker).Hijack()
	if err == nil {
		_ = connection.Close()
	}
}

func TestAPostWhoseKeptAliveConnectionEndsUnderItIsSentOnceMoreAndCounted(t *testing.T) {
	type key struct{}
	target := httptest.NewUnstartedServer(http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		if request.Context().Value(key{}).(*atomic.Int64).Add(1) > 1 {
			hangUp(out)
		}
	}))
	target.Config.ConnContext = func(parent context.Context, _ net.Conn) context.Context {
		return context.WithValue(parent, key{}, new(atomic.Int64))
	}
	target.Start()
	defer target.Close()
	got := run(context.Background(), plan{url: target.URL, method: http.MethodPost, rate: 50, seconds: 0.39, keepAlive: 1, timeout: time.Second})
	if got.Sent != 20 || got.Failed != 0 || got.Resent == 0 {
		t.Errorf("got %+v", got)
	}
}

func TestAPostThatANewConnectionDoesNotCarryIsLost(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { hangUp(out) }))
	defer target.Close()
	got := run(context.Background(), plan{url: target.URL, method: http.MethodPost, rate: 50, seconds: 0.19, keepAlive: 0.5, timeout: time.Second})
	if got.Sent != 10 || got.Failed != 10 || got.Resent != 0 {
		t.Errorf("got %+v", got)
	}
}
