import { expect, test } from "vitest";
import { seen, unseen } from "../../components/upgrade/look";
import { occasionOf } from "../../components/upgrade/occasion";

const verified = { version: "1.2.0", schemaHead: "007.sql", verifiedAt: "2026-01-02T03:04:05Z" };

test("nothing asks before the first evidence, or while the schema is the verified one", () => {
  expect(occasionOf({ migrations: seen(["007.sql"]) })).toBe("");
  expect(occasionOf({ verified, migrations: seen(["003.sql", "007.sql"]) })).toBe("");
  expect(occasionOf({ verified, migrations: unseen("a Job alone reaches it") })).toBe("");
});

test("a schema that was moved since asks, once: the evidence of it keeps the occasion (law 2)", () => {
  const occasion = "schema at 008.sql, since 2026-01-02T03:04:05Z";
  expect(occasionOf({ verified, migrations: seen(["008.sql"]) })).toBe(occasion);
  const again = {
    ...verified,
    schemaHead: "008.sql",
    verifiedAt: "2026-01-03T00:00:00Z",
    occasion,
  };
  expect(occasionOf({ verified: again, migrations: seen(["008.sql"]) })).toBe(occasion);
  expect(occasionOf({ verified: again, migrations: seen(["007.sql"]) })).toBe(
    "schema at 007.sql, since 2026-01-03T00:00:00Z",
  );
});

test("a schema that is gone asks, too", () => {
  expect(occasionOf({ verified, migrations: seen(undefined) })).toBe(
    "schema at no migration, since 2026-01-02T03:04:05Z",
  );
});

test("pods that a restore has stopped, or of another release, ask as well (S-15)", () => {
  const migrations = seen(["007.sql"]);
  const of = (running: readonly string[], stopped = false) =>
    occasionOf({ verified, migrations, live: { running, stopped } });
  expect(of(["1.2.0"])).toBe("");
  expect(of([])).toBe("");
  expect(of([], true)).toBe("stopped by a restore, since 2026-01-02T03:04:05Z");
  expect(of(["1.3.0", "1.2.0", "1.1.0"])).toBe(
    "1.1.0 and 1.3.0 running, since 2026-01-02T03:04:05Z",
  );
});
