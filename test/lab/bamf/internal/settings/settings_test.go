package settings

import (
	"testing"
	"time"
)

func TestAReleaseKnowsItsSchemaAndItsWords(t *testing.T) {
	for version, wanted := range map[string]Release{
		"v0.6.0":  {"v0.6.0", "ca_key_encrypted", "outpost", false, true},
		"v0.7.0":  {"v0.7.0", "ca_key_pem", "outpost", true, true},
		"v0.9.1":  {"v0.9.1", "ca_key_pem", "outpost", true, true},
		"v0.10.0": {"v0.10.0", "ca_key_pem", "edge", true, false},
		"v0.11.5": {"v0.11.5", "ca_key_pem", "edge", true, false},
	} {
		t.Setenv("BAMF_LAB_RELEASE", version)
		if got := TheRelease(); got != wanted {
			t.Errorf("%s: %+v, want %+v", version, got, wanted)
		}
	}
}

func TestASpanIsWordsOrSeconds(t *testing.T) {
	for text, wanted := range map[string]time.Duration{"25s": 25 * time.Second, "7": 7 * time.Second, "": time.Minute} {
		t.Setenv("SPAN", text)
		if got := Span("SPAN", time.Minute); got != wanted {
			t.Errorf("%q: %s, want %s", text, got, wanted)
		}
	}
}
