// Package supabase stands in for the REST service in front of a gateway's PostgreSQL, and for the online
// license check. One process serves several databases: the first part of a path names the database.
package supabase

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const queryLimit = 3 * time.Second

// Main serves until SIGTERM or SIGINT.
func Main(args []string) int {
	flags := flag.NewFlagSet("supabase", flag.ContinueOnError)
	address := flags.String("listen", "127.0.0.1:54321", "address to listen on")
	database := flags.String("database-url", os.Getenv("DATABASE_URL"), "URL of the server; its database is the default one")
	if flags.Parse(args) != nil {
		return 2
	}
	base, err := url.Parse(*database)
	if err != nil || base.Host == "" && base.RawQuery == "" {
		fmt.Fprintln(os.Stderr, "supabase: --database-url is no URL of a PostgreSQL server")
		return 2
	}
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		fmt.Fprintf(os.Stderr, "supabase: %v\n", err)
		return 1
	}
	web := &http.Server{Handler: newService(base), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = web.Serve(listener) }()
	fmt.Fprintf(os.Stderr, "supabase: listening on %s\n", listener.Addr())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
	limited, cancel := context.WithTimeout(context.Background(), queryLimit)
	defer cancel()
	_ = web.Shutdown(limited)
	return 0
}

type service struct {
	base     *url.URL
	licenses *licenses
	mutex    sync.Mutex
	pools    map[string]*pgxpool.Pool
}

func newService(base *url.URL) *service {
	return &service{base: base, licenses: newLicenses(), pools: map[string]*pgxpool.Pool{}}
}

func (s *service) ServeHTTP(out http.ResponseWriter, request *http.Request) {
	if strings.HasSuffix(request.URL.Path, "/v1/license/validate") {
		s.licenses.ServeHTTP(out, request)
		return
	}
	name, rest, found := strings.Cut(request.URL.Path, "/rest/v1/")
	name = strings.Trim(name, "/")
	if !found || !isName(name) && name != "" {
		http.Error(out, `{"message":"no such path"}`, http.StatusNotFound)
		return
	}
	pool, err := s.pool(name)
	if err != nil {
		unavailable(out, err)
		return
	}
	limited, cancel := context.WithTimeout(request.Context(), queryLimit)
	defer cancel()
	if err := pool.QueryRow(limited, statement(rest, request)).Scan(new(int)); err != nil {
		fail(out, err)
		return
	}
	out.Header().Set("Content-Type", "application/json")
	_, _ = out.Write([]byte("[]"))
}

// statement checks a table and its columns for `GET <table>?select=<columns>`, and else only the server.
func statement(table string, request *http.Request) string {
	columns := strings.Split(request.URL.Query().Get("select"), ",")
	if request.Method != http.MethodGet || !isName(table) {
		return "SELECT 1"
	}
	for _, column := range columns {
		if !isName(column) {
			return "SELECT 1"
		}
	}
	return fmt.Sprintf(`SELECT count(*)::int FROM (SELECT "%s" FROM "%s" LIMIT 1) AS seen`, strings.Join(columns, `","`), table)
}

func (s *service) pool(name string) (*pgxpool.Pool, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if pool, found := s.pools[name]; found {
		return pool, nil
	}
	target := *s.base
	if name != "" {
		target.Path = "/" + name
	}
	config, err := pgxpool.ParseConfig(target.String())
	if err != nil {
		return nil, err
	}
	// Idle connections end soon, so that a database can be dropped and restored below this service.
	config.MaxConns, config.MaxConnIdleTime, config.HealthCheckPeriod = 4, time.Second, time.Second
	config.ConnConfig.ConnectTimeout = queryLimit
	config.ConnConfig.RuntimeParams["application_name"] = "supabase"
	// A schema may change below an open connection: prepared statements would outlive it.
	config.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err == nil {
		s.pools[name] = pool
	}
	return pool, err
}

// fail tells a wrong query (400, 404) from a database that cannot be reached (503).
func fail(out http.ResponseWriter, err error) {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		case "42P01":
			http.Error(out, fmt.Sprintf(`{"code":%q,"message":%q}`, refused.Code, refused.Message), http.StatusNotFound)
			return
		case "42703":
			http.Error(out, fmt.Sprintf(`{"code":%q,"message":%q}`, refused.Code, refused.Message), http.StatusBadRequest)
			return
		}
	}
	unavailable(out, err)
}

func unavailable(out http.ResponseWriter, err error) {
	fmt.Fprintf(os.Stderr, "supabase: %v\n", err)
	http.Error(out, `{"message":"database unavailable"}`, http.StatusServiceUnavailable)
}

var name = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,62}$`)

func isName(text string) bool { return name.MatchString(text) }
