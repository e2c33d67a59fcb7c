import { expect, test } from "vitest";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { occasionOf } from "../../../components/upgrade/plan/occasion";

const wanted = "1.2.0";
const verified = { version: "1.2.0", schemaHead: "007.sql", verifiedAt: "2026-01-02T03:04:05Z" };

test("nothing asks before the first evidence, or while the schema is the verified one", () => {
  expect(occasionOf({ wanted, migrations: observed(["007.sql"]) })).toBe("");
  expect(occasionOf({ wanted, verified, migrations: observed(["003.sql", "007.sql"]) })).toBe("");
  expect(occasionOf({ wanted, verified, migrations: unavailable("a Job alone reaches it") })).toBe(
    "",
  );
});

test("before the first evidence it is asked for what a killed run has left without a ready pod, or behind others (S-14)", () => {
  const of = (live: { readonly down?: string; readonly elsewhere?: string }) =>
    occasionOf({
      wanted,
      migrations: observed(["007.sql"]),
      live: { running: ["1.3.0"], stopped: undefined, ...live },
    });
  expect(of({})).toBe("");
  expect(of({ down: "no pod of gateway ready" })).toBe("no pod of gateway ready; not verified yet");
  expect(of({ down: "no container of proxy ready", elsewhere: "gateway-1-3-0" })).toBe(
    "requests at gateway-1-3-0, no container of proxy ready; not verified yet",
  );
});

test("a schema that was moved since asks, once: the evidence of it keeps the occasion (law 2)", () => {
  const occasion = "schema at 008.sql; last verified 2026-01-02T03:04:05Z";
  expect(occasionOf({ wanted, verified, migrations: observed(["008.sql"]) })).toBe(occasion);
  const again = {
    ...verified,
    schemaHead: "008.sql",
    verifiedAt: "2026-01-03T00:00:00Z",
    occasion,
  };
  expect(occasionOf({ wanted, verified: again, migrations: observed(["008.sql"]) })).toBe(occasion);
  expect(occasionOf({ wanted, verified: again, migrations: observed(["007.sql"]) })).toBe(
    "schema at 007.sql; last verified 2026-01-03T00:00:00Z",
  );
});

test("a schema that is gone asks, too", () => {
  expect(occasionOf({ wanted, verified, migrations: observed(undefined) })).toBe(
    "schema at no migration; last verified 2026-01-02T03:04:05Z",
  );
});

test("pods that a restore has stopped, or of another release, ask as well (S-15)", () => {
  const migrations = observed(["007.sql"]);
  const of = (running: readonly string[], stopped?: string) =>
    occasionOf({ wanted, verified, migrations, live: { running, stopped } });
  expect(of(["1.2.0"])).toBe("");
  expect(of([])).toBe("");
  expect(of([], "gateway at generation 7")).toBe(
    "stopped by a restore (gateway at generation 7); last verified 2026-01-02T03:04:05Z",
  );
  expect(of(["1.3.0", "1.2.0", "1.1.0"])).toBe(
    "1.1.0 and 1.3.0 running; last verified 2026-01-02T03:04:05Z",
  );
});

test("requests that go elsewhere than to what was verified ask, though the release is the same (T-46)", () => {
  const migrations = observed(["007.sql"]);
  const of = (elsewhere?: string) =>
    occasionOf({
      wanted,
      verified,
      migrations,
      live: { running: ["1.2.0"], stopped: undefined, elsewhere },
    });
  expect(of()).toBe("");
  expect(of("gateway-ab12cd")).toBe(
    "requests at gateway-ab12cd; last verified 2026-01-02T03:04:05Z",
  );
});

test("old pods that a run has held for a release which it never declared ask, too, until they are held no more (T-25)", () => {
  const migrations = observed(["007.sql"]);
  const of = (held?: string) =>
    occasionOf({
      wanted,
      verified,
      migrations,
      live: { running: ["1.2.0"], stopped: undefined, held },
    });
  expect(of("agent at generation 6")).toBe(
    "old pods held (agent at generation 6); last verified 2026-01-02T03:04:05Z",
  );
  expect(of()).toBe("");
});

test("a database that was restored asks where another release is wanted than the one that it was restored for: the schema step runs again (S-14)", () => {
  const of = (release: string, undone?: string, head = "007.sql") =>
    occasionOf({ wanted: release, verified, migrations: observed([head]), undone });
  expect(of("2.0.0", "kept")).toBe(
    "a database that was restored beside kept; last verified 2026-01-02T03:04:05Z",
  );
  expect(of("2.0.0")).toBe("");
  expect(of("1.2.0", "kept")).toBe("");
  const silent = unavailable("it is another database than the one that the pods use");
  expect(occasionOf({ wanted: "2.0.0", verified, migrations: silent, undone: "kept" })).toBe("");
});

test("a second restore asks again although nothing was verified since the first (S-14)", () => {
  const of = (undone: string) =>
    occasionOf({ wanted, verified, migrations: observed(["003.sql"]), undone });
  expect(of("kept_1")).toBe(
    "schema at 003.sql, a database that was restored beside kept_1; last verified 2026-01-02T03:04:05Z",
  );
  expect(of("kept_2")).not.toBe(of("kept_1"));
});

test("a gateway of which no pod is ready any more asks, although nothing was changed (S-15)", () => {
  const live = { running: ["1.2.0"], stopped: undefined, down: "no pod of gateway ready" };
  expect(occasionOf({ wanted, verified, migrations: observed(["007.sql"]), live })).toBe(
    "no pod of gateway ready; last verified 2026-01-02T03:04:05Z",
  );
});
