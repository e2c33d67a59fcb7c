package gateway

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

var at = time.Unix(1_800_000_000, 0)

func token(payload string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".signature"
}

func TestReadinessJudgesALicenseByItsEndAlone(t *testing.T) {
	for name, it := range map[string]struct {
		token   string
		ok      bool
		warning string
	}{
		"unset is fine":                        {"", true, ""},
		"two parts are no license":             {"a.b", false, ""},
		"a payload without JSON is no license": {"a.%%%.c", false, "license_parse_error"},
		"an end in the past has expired":       {token(`{"exp":1799999999}`), false, "license_expired"},
		"an end of now is still valid":         {token(`{"exp":1800000000}`), true, ""},
		"no end never expires":                 {token(`{"plan_id":"p"}`), true, ""},
		"an end of zero never expires":         {token(`{"exp":0}`), true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			ok, warning := readiness(it.token, at)
			if ok != it.ok || warning != it.warning {
				t.Errorf("got %v %q", ok, warning)
			}
		})
	}
}

func TestARequestNeedsALicenseThatWasSeenValid(t *testing.T) {
	valid := token(`{"license_id":"lic-1","exp":1800000001}`)
	expired := token(`{"license_id":"lic-1","exp":1799999999}`)
	for name, it := range map[string]struct {
		token    string
		answer   int
		lastSeen time.Duration
		allowed  bool
	}{
		"no license asks for nothing":                        {"", 0, 0, true},
		"a license without an id is refused":                 {token(`{"exp":1800000001}`), 200, 0, false},
		"a valid one that the check accepts is allowed":      {valid, 200, 0, true},
		"a valid one that the check refuses is refused":      {valid, 403, 0, false},
		"without an answer it is refused":                    {valid, 0, 0, false},
		"without an answer an offline license is allowed":    {token(`{"license_id":"lic-1","is_offline":true}`), 0, 0, true},
		"without an answer the last 7 days count":            {valid, 0, 6 * 24 * time.Hour, true},
		"expired, it is allowed within 7 days of its check":  {expired, 200, 6 * 24 * time.Hour, true},
		"expired, it is refused 7 days after its last check": {expired, 200, 7 * 24 * time.Hour, false},
		"expired and never seen valid, it is refused":        {expired, 200, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			kept := &memory{values: map[string]entry{}}
			if it.lastSeen > 0 {
				kept.put("license:last_valid:lic-1", at.Add(-it.lastSeen).Format(time.RFC3339), time.Hour)
			}
			judged := newLicense(it.token, "1.0.0", "", kept)
			if it.answer > 0 {
				check := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, _ *http.Request) { out.WriteHeader(it.answer) }))
				defer check.Close()
				judged.url = check.URL
			}
			if got := judged.allows(at); got != it.allowed {
				t.Errorf("got %v", got)
			}
		})
	}
}
