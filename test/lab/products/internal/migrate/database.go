package migrate

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

func isApplied(url, name string) (bool, error) {
	connection, err := connect(url)
	if err != nil {
		return false, err
	}
	defer func() { _ = connection.Close(context.Background()) }()
	var found bool
	err = connection.QueryRow(context.Background(), "SELECT EXISTS (SELECT 1 FROM _schema_migrations WHERE filename = $1)", name).Scan(&found)
	return found, err
}

// execute sends a script over a connection of its own, as one call of psql would.
func execute(url, script string) error {
	connection, err := connect(url)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(context.Background()) }()
	_, err = connection.PgConn().Exec(context.Background(), script).ReadAll()
	return err
}

func connect(url string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.ConnectTimeout = 5 * time.Second
	config.RuntimeParams["application_name"] = "psql"
	config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) {
		fmt.Fprintf(os.Stderr, "psql: %s:  %s\n", notice.Severity, notice.Message)
	}
	return pgx.ConnectConfig(context.Background(), config)
}
