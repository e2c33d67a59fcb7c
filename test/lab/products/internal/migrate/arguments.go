package migrate

import (
	"fmt"
	"os"
)

type options struct {
	dryRun bool
	help   bool
}

func parse(args []string) (options, error) {
	var chosen options
	for _, arg := range args {
		switch arg {
		case "--dry-run":
			chosen.dryRun = true
		case "--help", "-h":
			return options{help: true}, nil
		default:
			return options{}, fmt.Errorf("Unknown argument: %s", arg)
		}
	}
	return chosen, nil
}

// address prefers POSTGRES_URL over the PG* variables; the password goes in unescaped, as upstream does it.
func address(get func(string) string) (string, error) {
	if url := get("POSTGRES_URL"); url != "" {
		return url, nil
	}
	password := get("PGPASSWORD")
	if password == "" {
		return "", fmt.Errorf("Either POSTGRES_URL or PGPASSWORD must be set.")
	}
	or := func(key, fallback string) string {
		if value := get(key); value != "" {
			return value
		}
		return fallback
	}
	return fmt.Sprintf("postgres://%s:%s@%s:%s/%s", or("PGUSER", "smoltbot"), password,
		or("PGHOST", "localhost"), or("PGPORT", "5432"), or("PGDATABASE", "smoltbot")), nil
}

func environment(key, fallback string) string {
	if value := os.Getenv(key); value != "" {
		return value
	}
	return fallback
}
