package agent

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
)

// cluster answers for one Secret, as the API server of a cluster does.
func cluster(t *testing.T) *secret {
	t.Helper()
	var stored *secretObject
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer token":
			w.WriteHeader(http.StatusForbidden)
		case r.Method == http.MethodGet && stored == nil:
			w.WriteHeader(http.StatusNotFound)
		case r.Method == http.MethodGet:
			_ = json.NewEncoder(w).Encode(stored)
		case r.Method == http.MethodPost && stored != nil:
			w.WriteHeader(http.StatusConflict)
		default:
			stored = &secretObject{}
			_ = json.NewDecoder(r.Body).Decode(stored)
			w.WriteHeader(http.StatusCreated)
		}
	}))
	t.Cleanup(server.Close)
	return &secret{client: server.Client(), token: "token", url: server.URL, name: "bamf-agent-certs"}
}

func TestASecretIsFoundAgainAndWrittenOver(t *testing.T) {
	ctx, store := context.Background(), cluster(t)
	if found, err := store.load(ctx); err != nil || found != (held{}) {
		t.Fatalf("before the first joining: %+v, %v", found, err)
	}
	for _, wanted := range []held{{"c1", "k1", "a"}, {"c2", "k2", "a"}} {
		if err := store.save(ctx, wanted); err != nil {
			t.Fatal(err)
		}
		if found, err := store.load(ctx); err != nil || found != wanted {
			t.Fatalf("%+v, %v; want %+v", found, err, wanted)
		}
	}
}

func TestARefusalOfTheClusterIsAFault(t *testing.T) {
	store := cluster(t)
	store.token = "another"
	if _, err := store.load(context.Background()); err == nil {
		t.Fatal("no fault")
	}
	if err := store.save(context.Background(), held{"c", "k", "a"}); err == nil {
		t.Fatal("no fault")
	}
}

func TestFilesAreFoundAgain(t *testing.T) {
	ctx, store := context.Background(), files(t.TempDir())
	if found, err := store.load(ctx); err != nil || found != (held{}) {
		t.Fatalf("an empty folder: %+v, %v", found, err)
	}
	wanted := held{"c", "k", "a"}
	if err := store.save(ctx, wanted); err != nil {
		t.Fatal(err)
	}
	if found, err := store.load(ctx); err != nil || found != wanted {
		t.Fatalf("%+v, %v", found, err)
	}
}
