// Package migrate is a stand-in for the gateway's migration runner.
//
// Source: mnemom/smoltbot@v2.1.0:deploy/scripts/migrate.sh: the same arguments, environment, waiting,
// tracking table, order and messages. Like it, this runner takes no lock and never reads DATABASE_URL.
package migrate

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
)

const (
	attempts      = 15
	between       = 2 * time.Second
	trackingTable = "CREATE TABLE IF NOT EXISTS _schema_migrations (filename TEXT PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL DEFAULT now());"
	defaultFolder = "/app/database/migrations"
)

// Main applies what is missing and returns 0, or stops at the first failure and returns 1.
func Main(args []string) int {
	// Process 1 of the image is a shell script, and a shell as process 1 does not end on SIGTERM.
	signal.Ignore(syscall.SIGTERM)
	chosen, err := parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "ERROR: %v\n", err)
		return 1
	}
	folder := environment("MIGRATIONS_DIR", defaultFolder)
	if chosen.help {
		fmt.Printf("Usage: migrate [--dry-run]\n\nApplies the SQL files of %s to PostgreSQL.\n", folder)
		return 0
	}
	url, err := address(os.Getenv)
	if err != nil {
		fmt.Fprintf(os.Stderr, "ERROR: %v\n", err)
		return 1
	}
	return run(folder, url, chosen.dryRun)
}

func run(folder, url string, dryRun bool) int {
	info("=== smoltbot migration runner ===")
	info("Migrations directory: %s", folder)
	files, err := list(folder)
	if err != nil {
		failed("Migrations directory not found: %s", folder)
		return 1
	}
	if len(files) == 0 {
		warn("No migration files found in %s", folder)
		return 0
	}
	info("Found %d migration file(s).", len(files))
	if !wait(url) {
		failed("Database is not reachable after %ds. Aborting.", attempts*int(between.Seconds()))
		return 1
	}
	info("Ensuring _schema_migrations table exists...")
	if err := execute(url, trackingTable); err != nil {
		failed("%v", err)
		return 1
	}
	return applyAll(files, url, dryRun)
}

func applyAll(files []string, url string, dryRun bool) int {
	applied, skipped := 0, 0
	for _, file := range files {
		done, err := apply(file, url, dryRun)
		if err != nil {
			failed("FAIL  %s: %v", filepath.Base(file), err)
			failed("Migration failed. Stopping.")
			info("Summary: %d applied, %d skipped, 1 failed.", applied, skipped)
			return 1
		}
		if done {
			applied++
		} else {
			skipped++
		}
	}
	info("=== Migration complete ===")
	info("Summary: %d applied, %d skipped, 0 failed.", applied, skipped)
	return 0
}

// apply runs one file and its tracking row in one transaction; false when the file was applied before.
func apply(file, url string, dryRun bool) (bool, error) {
	name := filepath.Base(file)
	known, err := isApplied(url, name)
	if err != nil {
		return false, err
	}
	if known {
		info("SKIP  %s (already applied)", name)
		return false, nil
	}
	if dryRun {
		info("DRY   %s (would be applied)", name)
		return true, nil
	}
	info("APPLY %s...", name)
	script, err := compose(file)
	if err != nil {
		return false, err
	}
	defer func() { _ = os.Remove(script) }()
	content, err := os.ReadFile(script)
	if err != nil {
		return false, err
	}
	if err := execute(url, string(content)); err != nil {
		return false, err
	}
	info("OK    %s", name)
	return true, nil
}

// compose writes the transaction to a file under TMPDIR: that is what fails on a read-only root.
func compose(file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	temporary, err := os.CreateTemp("", "tmp.")
	if err != nil {
		return "", fmt.Errorf("mktemp: %w", err)
	}
	defer func() { _ = temporary.Close() }()
	_, err = temporary.WriteString(transaction(filepath.Base(file), string(content)))
	return temporary.Name(), err
}

func transaction(name, content string) string {
	return "BEGIN;\n" + content + "\nINSERT INTO _schema_migrations (filename) VALUES ('" + name + "');\nCOMMIT;\n"
}

// list names the *.sql files directly in the folder, sorted by their bytes.
func list(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".sql") {
			files = append(files, filepath.Join(folder, entry.Name()))
		}
	}
	sort.Strings(files)
	return files, nil
}

func wait(url string) bool {
	info("Waiting for database to be reachable...")
	for attempt := 1; attempt <= attempts; attempt++ {
		if execute(url, "SELECT 1") == nil {
			info("Database is reachable.")
			return true
		}
		info("Attempt %d/%d: database not ready, retrying in %ds...", attempt, attempts, int(between.Seconds()))
		time.Sleep(between)
	}
	return false
}
