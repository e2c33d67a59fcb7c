package pki

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"testing"
	"time"
)

func authority(t *testing.T) *Authority {
	t.Helper()
	pair, err := Make()
	if err != nil {
		t.Fatal(err)
	}
	made, err := Load(pair)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func header(pair Pair) string { return base64.StdEncoding.EncodeToString([]byte(pair.Certificate)) }

func TestAServiceIsKnownByItsCertificateToItsOwnAuthorityAlone(t *testing.T) {
	ours, theirs := authority(t), authority(t)
	pair, _, err := ours.Service("bamf-bridge-0", []string{"0.bridge.example", "127.0.0.1"}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if name, err := ours.Named(header(pair)); err != nil || name != "bamf-bridge-0" {
		t.Fatalf("%q, %v", name, err)
	}
	if _, err := theirs.Named(header(pair)); err == nil || err.Error() != "Certificate not signed by BAMF CA" {
		t.Fatalf("another authority: %v", err)
	}
	if _, err := ours.Named("nonsense"); err == nil {
		t.Fatal("nonsense is no certificate")
	}
}

func TestTheFingerprintOfACertificateIsThatOfItsBytesInLowercaseHex(t *testing.T) {
	pair, _, err := authority(t).Service("bamf-bridge-0", nil, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := ParseCertificate([]byte(pair.Certificate))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := Fingerprint(header(pair)), fmt.Sprintf("%x", sha256.Sum256(certificate.Raw)); got != want {
		t.Fatalf("%s, not %s", got, want)
	}
	if got := Fingerprint("nonsense"); got != "" {
		t.Fatalf("nonsense has none, not %s", got)
	}
}

func TestTheCertificateOfATunnelSaysWhoseItIs(t *testing.T) {
	said := Session{ID: "s-1", Resource: "echo", Bridge: "bamf-bridge-1", Role: "client", Type: "ssh-audit"}
	pair, _, err := authority(t).Tunnel("a@example", said, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := ParseCertificate([]byte(pair.Certificate))
	if err != nil {
		t.Fatal(err)
	}
	if got := SessionOf(certificate); got != said {
		t.Fatalf("%+v", got)
	}
}
