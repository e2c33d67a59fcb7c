package supabase

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

// licenses answers POST /v1/license/validate: an instance uses up one activation of its license.
type licenses struct {
	mutex     sync.Mutex
	instances map[string]map[string]bool
}

type licenseClaims struct {
	LicenseID      string `json:"license_id"`
	Exp            int64  `json:"exp"`
	MaxActivations int    `json:"max_activations"`
}

func newLicenses() *licenses { return &licenses{instances: map[string]map[string]bool{}} }

func (l *licenses) ServeHTTP(out http.ResponseWriter, request *http.Request) {
	var body struct {
		License  string `json:"license"`
		Instance string `json:"instance_id"`
	}
	if request.Method != http.MethodPost || json.NewDecoder(request.Body).Decode(&body) != nil {
		http.Error(out, `{"error":"bad input"}`, http.StatusBadRequest)
		return
	}
	status := l.judge(body.License, body.Instance, time.Now())
	out.Header().Set("Content-Type", "application/json")
	out.WriteHeader(status)
	_ = json.NewEncoder(out).Encode(map[string]any{"valid": status == http.StatusOK, "next_check_seconds": 86400})
}

func (l *licenses) judge(token, instance string, at time.Time) int {
	parts := strings.Split(token, ".")
	var read licenseClaims
	if len(parts) != 3 {
		return http.StatusBadRequest
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil || json.Unmarshal(payload, &read) != nil || read.LicenseID == "" {
		return http.StatusUnauthorized
	}
	if read.Exp != 0 && read.Exp < at.Unix() {
		return http.StatusGone
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	known := l.instances[read.LicenseID]
	if known == nil {
		known = map[string]bool{}
		l.instances[read.LicenseID] = known
	}
	if !known[instance] && read.MaxActivations > 0 && len(known) >= read.MaxActivations {
		return http.StatusConflict
	}
	known[instance] = true
	return http.StatusOK
}
