// Package caller asks the API server.
package caller

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// Caller asks one API server, as a service with a certificate or as a user with a token.
type Caller struct {
	URL         string
	Certificate string
	Token       string
	// RoundTrip is how far away the API server is.
	RoundTrip time.Duration
	HTTP      *http.Client
}

// Answer is an answer other than success.
type Answer struct {
	Status int
	Body   string
}

func (a Answer) Error() string { return fmt.Sprintf("%d %s", a.Status, strings.TrimSpace(a.Body)) }

// Request makes a request with what shows who asks.
func (c *Caller) Request(ctx context.Context, method, path string, body any) (*http.Request, error) {
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, content)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if c.Certificate != "" {
		request.Header.Set("X-Bamf-Client-Cert", base64.StdEncoding.EncodeToString([]byte(c.Certificate)))
	}
	if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	return request, nil
}

// Post sends a body and reads the answer into `into`, unless that is nil.
func (c *Caller) Post(ctx context.Context, path string, body, into any) error {
	return c.ask(ctx, http.MethodPost, path, body, into)
}

// Get reads an answer.
func (c *Caller) Get(ctx context.Context, path string, into any) error {
	return c.ask(ctx, http.MethodGet, path, nil, into)
}

func (c *Caller) ask(ctx context.Context, method, path string, body, into any) error {
	request, err := c.Request(ctx, method, path, body)
	if err != nil {
		return err
	}
	// A new connection takes a round trip, and a request half of one until it is there.
	time.Sleep(c.RoundTrip * 3 / 2)
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	time.Sleep(c.RoundTrip / 2)
	if response.StatusCode >= http.StatusMultipleChoices {
		return Answer{response.StatusCode, string(text)}
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}
