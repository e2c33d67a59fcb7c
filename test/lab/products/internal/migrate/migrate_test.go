package migrate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOnlyTwoArgumentsAreAccepted(t *testing.T) {
	for _, args := range [][]string{{"migrate"}, {"--dry"}, {"--dry-run", "x"}, {""}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q was accepted", args)
		}
	}
	for _, args := range [][]string{{}, {"--dry-run"}, {"--help"}, {"-h"}} {
		if _, err := parse(args); err != nil {
			t.Errorf("%q was refused: %v", args, err)
		}
	}
}

func TestTheAddressComesFromPostgresURLOrPGVariablesAndNeverFromDatabaseURL(t *testing.T) {
	for name, it := range map[string]struct {
		env  map[string]string
		want string
	}{
		"POSTGRES_URL wins":           {map[string]string{"POSTGRES_URL": "postgres://a/b", "PGPASSWORD": "p"}, "postgres://a/b"},
		"defaults fill the rest":      {map[string]string{"PGPASSWORD": "p"}, "postgres://smoltbot:p@localhost:5432/smoltbot"},
		"the password is not escaped": {map[string]string{"PGPASSWORD": "p@/", "PGHOST": "h", "PGPORT": "1", "PGUSER": "u", "PGDATABASE": "d"}, "postgres://u:p@/@h:1/d"},
		"DATABASE_URL is not read":    {map[string]string{"DATABASE_URL": "postgres://a/b"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := address(func(key string) string { return it.env[key] })
			if got != it.want || (err == nil) != (it.want != "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestFilesAreSortedByTheirBytesAndOthersLeftOut(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"b.sql", "B.sql", "10.sql", "9.sql", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files, err := list(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		names = append(names, filepath.Base(file))
	}
	if got := strings.Join(names, " "); got != "10.sql 9.sql B.sql b.sql" {
		t.Errorf("got %s", got)
	}
}

func TestAMissingFolderFailsAndAnEmptyOneDoesNot(t *testing.T) {
	if code := run(filepath.Join(t.TempDir(), "none"), "", false); code != 1 {
		t.Errorf("missing: exit code %d", code)
	}
	if code := run(t.TempDir(), "", false); code != 0 {
		t.Errorf("empty: exit code %d", code)
	}
}

func TestWithoutAWritableTemporaryFolderAFileCannotBeApplied(t *testing.T) {
	file := filepath.Join(t.TempDir(), "001.sql")
	if err := os.WriteFile(file, []byte("SELECT 1;"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	if _, err := compose(file); err == nil {
		t.Error("a file was written")
	}
}
