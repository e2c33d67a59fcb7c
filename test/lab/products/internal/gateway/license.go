package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
)

const (
	grace           = 7 * 24 * time.Hour
	rememberValid   = 24 * time.Hour
	rememberInvalid = time.Hour
)

// claims of a license; a missing or zero Exp means that it never expires.
type claims struct {
	LicenseID string  `json:"license_id"`
	Exp       float64 `json:"exp"`
	IsOffline bool    `json:"is_offline"`
}

var (
	errParts = errors.New("not three parts")
	errParse = errors.New("license_parse_error")
)

// decode reads the claims; the signature cannot be checked, its key is private to the vendor.
func decode(token string) (claims, error) {
	var read claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return read, errParts
	}
	plain := strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(parts[1], "="))
	payload, err := base64.RawStdEncoding.DecodeString(plain)
	if err != nil || json.Unmarshal(payload, &read) != nil {
		return claims{}, errParse
	}
	return read, nil
}

func (c claims) expired(at time.Time) bool {
	return c.Exp != 0 && c.Exp < float64(at.Unix())
}

// readiness is the rule of /health/ready: no grace, and no warning text for a token without three parts.
func readiness(token string, at time.Time) (ok bool, warning string) {
	if token == "" {
		return true, ""
	}
	read, err := decode(token)
	switch {
	case errors.Is(err, errParts):
		return false, ""
	case err != nil:
		return false, errParse.Error()
	case read.expired(at):
		return false, "license_expired"
	}
	return true, ""
}

// license answers for requests: valid now, or within 7 days of the last successful online validation.
type license struct {
	token    string
	instance string
	url      string
	store    store
}

// newLicense derives the online check from MNEMOM_ANALYZE_URL. Without it upstream asks its vendor; this
// stand-in asks nobody and behaves as if the network were down.
func newLicense(token, instance, analyzeURL string, kept store) *license {
	return &license{token, instance, strings.Replace(analyzeURL, "/v1/analyze", "/v1/license/validate", 1), kept}
}

func (l *license) allows(at time.Time) bool {
	if l.token == "" {
		return true
	}
	read, err := decode(l.token)
	if err != nil || read.LicenseID == "" {
		return false
	}
	if read.expired(at) {
		return l.inGrace(read, at)
	}
	switch l.store.get("license:status:" + read.LicenseID) {
	case "valid":
		return true
	case "invalid":
		return l.inGrace(read, at)
	}
	return l.validate(read, at)
}

func (l *license) inGrace(read claims, at time.Time) bool {
	mark, err := time.Parse(time.RFC3339, l.store.get("license:last_valid:"+read.LicenseID))
	return err == nil && at.Sub(mark) < grace
}

func (l *license) validate(read claims, at time.Time) bool {
	status, reached := l.ask()
	if !reached {
		return l.inGrace(read, at) || read.IsOffline
	}
	if status != http.StatusOK {
		l.store.put("license:status:"+read.LicenseID, "invalid", rememberInvalid)
		return false
	}
	l.store.put("license:status:"+read.LicenseID, "valid", rememberValid)
	l.store.put("license:last_valid:"+read.LicenseID, at.UTC().Format(time.RFC3339), grace)
	return true
}

func (l *license) ask() (status int, reached bool) {
	if l.url == "" {
		return 0, false
	}
	body, _ := json.Marshal(map[string]any{
		"license": l.token, "instance_id": l.instance,
		"instance_metadata": map[string]string{"gateway_version": l.instance},
	})
	response, err := direct.Post(l.url, "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, false
	}
	_ = response.Body.Close()
	return response.StatusCode, true
}
