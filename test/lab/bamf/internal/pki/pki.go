// Package pki issues and checks the certificates of the product.
package pki

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"net/url"
	"strings"
	"time"
)

// Pair is a certificate with its key, both as PEM.
type Pair struct{ Certificate, Key string }

// Authority issues certificates.
type Authority struct {
	certificate *x509.Certificate
	key         ed25519.PrivateKey
	// PEM of the authority's certificate.
	PEM string
}

// Session is what the certificate of one end of a tunnel says.
type Session struct{ ID, Resource, Bridge, Role, Type string }

// Make gives the certificate and key of a new authority.
func Make() (Pair, error) {
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "BAMF CA", Organization: []string{"BAMF"}},
		NotAfter:              time.Now().AddDate(10, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	return sign(template, nil)
}

// Load reads an authority.
func Load(pair Pair) (*Authority, error) {
	certificate, err := ParseCertificate([]byte(pair.Certificate))
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode([]byte(pair.Key))
	if block == nil {
		return nil, errors.New("the key of the authority is no PEM")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("the key of the authority is none of Ed25519")
	}
	return &Authority{certificate, private, pair.Certificate}, nil
}

// Service issues the certificate of a bridge or an agent.
func (a *Authority) Service(name string, hosts []string, life time.Duration) (Pair, time.Time, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name, Organization: []string{"BAMF"}},
		NotAfter:    time.Now().Add(life),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, host := range hosts {
		if address := net.ParseIP(host); address != nil {
			template.IPAddresses = append(template.IPAddresses, address)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	pair, err := sign(template, a)
	return pair, template.NotAfter, err
}

// Tunnel issues the certificate of one end of a tunnel.
func (a *Authority) Tunnel(name string, session Session, life time.Duration) (Pair, time.Time, error) {
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: name, Organization: []string{"BAMF"}},
		NotAfter:    time.Now().Add(life),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	said := [][2]string{
		{"session", session.ID}, {"resource", session.Resource}, {"bridge", session.Bridge}, {"role", session.Role}, {"type", session.Type},
	}
	for _, each := range said {
		template.URIs = append(template.URIs, &url.URL{Scheme: "bamf", Host: each[0], Path: "/" + each[1]})
	}
	pair, err := sign(template, a)
	return pair, template.NotAfter, err
}

// SessionOf reads what the certificate of one end of a tunnel says.
func SessionOf(certificate *x509.Certificate) Session {
	var session Session
	places := map[string]*string{
		"session": &session.ID, "resource": &session.Resource, "bridge": &session.Bridge, "role": &session.Role, "type": &session.Type,
	}
	for _, each := range certificate.URIs {
		if place := places[each.Host]; place != nil {
			*place = strings.TrimPrefix(each.Path, "/")
		}
	}
	return session
}

// Named checks the value of the header X-Bamf-Client-Cert and gives the certificate's name.
func (a *Authority) Named(header string) (string, error) {
	bytes, err := base64.StdEncoding.DecodeString(header)
	if err != nil {
		return "", errors.New("Invalid certificate format")
	}
	certificate, err := ParseCertificate(bytes)
	if err != nil {
		return "", errors.New("Invalid certificate format")
	}
	if err := certificate.CheckSignatureFrom(a.certificate); err != nil {
		return "", errors.New("Certificate not signed by BAMF CA")
	}
	if time.Now().After(certificate.NotAfter) {
		return "", errors.New("Certificate has expired")
	}
	return certificate.Subject.CommonName, nil
}

// Fingerprint gives that of the certificate in the header X-Bamf-Client-Cert, as the list of revoked ones has it; empty if there is none in it.
func Fingerprint(header string) string {
	bytes, err := base64.StdEncoding.DecodeString(header)
	if err != nil {
		return ""
	}
	certificate, err := ParseCertificate(bytes)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:])
}

// ParseCertificate reads the first certificate of a PEM.
func ParseCertificate(bytes []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(bytes)
	if block == nil {
		return nil, errors.New("no PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}

// Client gives the settings of a connection to a bridge.
func Client(pair Pair, authority, host string) (*tls.Config, error) {
	certificate, err := tls.X509KeyPair([]byte(pair.Certificate), []byte(pair.Key))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM([]byte(authority)) {
		return nil, errors.New("the authority's certificate is no PEM")
	}
	return &tls.Config{Certificates: []tls.Certificate{certificate}, RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS13}, nil
}

func sign(template *x509.Certificate, by *Authority) (Pair, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Pair{}, err
	}
	if template.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); err != nil {
		return Pair{}, err
	}
	// Clocks of a cluster differ a little.
	template.NotBefore = time.Now().Add(-time.Minute)
	parent, key := template, private
	if by != nil {
		parent, key = by.certificate, by.key
		template.KeyUsage = x509.KeyUsageDigitalSignature
	}
	bytes, err := x509.CreateCertificate(rand.Reader, template, parent, public, key)
	if err != nil {
		return Pair{}, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return Pair{}, err
	}
	return Pair{
		Certificate: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: bytes})),
		Key:         string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})),
	}, nil
}
