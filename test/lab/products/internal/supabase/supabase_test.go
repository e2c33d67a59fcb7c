package supabase

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

func TestOnlyAGetForATableAndColumnsLooksAtThem(t *testing.T) {
	for name, it := range map[string]struct{ method, table, query, want string }{
		"the root":                {"HEAD", "", "", "SELECT 1"},
		"a call of a function":    {"POST", "rpc/x", "select=id", "SELECT 1"},
		"a table without columns": {"GET", "agents", "", "SELECT 1"},
		"a column that is none":   {"GET", "agents", "select=" + url.QueryEscape(`id";drop`), "SELECT 1"},
		"a table and two columns": {"GET", "agents", "select=id,name", `SELECT count(*)::int FROM (SELECT "id","name" FROM "agents" LIMIT 1) AS seen`},
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequest(it.method, "/rest/v1/"+it.table+"?"+it.query, nil)
			if got := statement(it.table, request); got != it.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestADatabaseThatCannotBeReachedIsUnavailable(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	base, _ := url.Parse("postgres://u:p@" + closed.Listener.Addr().String() + "/postgres")
	served := newService(base)
	for path, want := range map[string]int{"/rest/v1/": 503, "/mnemom_prod/rest/v1/": 503, "/other": 404, "/a/b/rest/v1/": 404} {
		out := httptest.NewRecorder()
		served.ServeHTTP(out, httptest.NewRequest(http.MethodHead, path, nil))
		if out.Code != want {
			t.Errorf("%s: got %d", path, out.Code)
		}
	}
}

func TestALicenseHasAsManyActivationsAsItSays(t *testing.T) {
	kept := newLicenses()
	at := time.Unix(1_800_000_000, 0)
	token := func(claims string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".s"
	}
	two := token(`{"license_id":"lic-1","exp":1800000000,"max_activations":2}`)
	for _, it := range []struct {
		token, instance string
		want            int
	}{
		{two, "1.0.0", 200}, {two, "1.0.0", 200}, {two, "1.1.0", 200}, {two, "1.2.0", 409},
		{token(`{"license_id":"lic-2","exp":1799999999}`), "1.0.0", 410}, {token(`{}`), "1.0.0", 401}, {"none", "1.0.0", 400},
	} {
		if got := kept.judge(it.token, it.instance, at); got != it.want {
			t.Errorf("%s: got %d, not %d", it.instance, got, it.want)
		}
	}
}
