import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { connectionParser } from "../../components/postgres/connection-script";
import {
  keepalives,
  libpqEnvironment,
  libpqParameters,
} from "../../components/postgres/libpq-environment";

const home = mkdtempSync(join(tmpdir(), "gateways-connection-"));
afterAll(() => {
  rmSync(home, { recursive: true });
});

const environment = (url: string) => ({
  cwd: home,
  env: { PATH: process.env["PATH"], LC_ALL: "C", DATABASE_URL: url },
  encoding: "utf8" as const,
});
const written = (name: string) => readFileSync(join(home, name), "utf8");

/** What the pod's files say, in the words of libpq's environment. */
function read(url: string): Readonly<Record<string, string>> {
  execFileSync("awk", [connectionParser], environment(url));
  const all = written("pg_service.conf").split("\n").slice(1, -1);
  const lines = all.slice(0, -4);
  expect(all.slice(-4)).toEqual(Object.entries(keepalives).map((entry) => entry.join("=")));
  const settings = lines.map((line) => {
    const at = line.indexOf("=");
    return [libpqParameters[line.slice(0, at)] ?? line, line.slice(at + 1)] as const;
  });
  const password = written("pgpass").slice("*:*:*:*:".length, -1).replaceAll(/\\(.)/g, "$1");
  expect(written("database")).toBe(`${new Map(settings).get("PGDATABASE") ?? ""}\n`);
  return { ...Object.fromEntries(settings), ...(password === "" ? {} : { PGPASSWORD: password }) };
}

describe("the connection string in the pod", () => {
  beforeEach(() => {
    for (const name of ["pg_service.conf", "pgpass", "database"])
      rmSync(join(home, name), { force: true });
  });

  test.each([
    "postgres://me:pw@db.example:6543/shop",
    "postgresql://me@db/shop",
    "postgresql+asyncpg://me@db/shop",
    "postgres://me@db",
    "postgres://me@[::1]:5433/shop",
    "postgres://me@%2Fvar%2Frun%2Fpg/shop",
    "postgres://me@/shop?host=/var/run/pg",
    "postgres://me@db/.",
    "postgres://me@db/..",
    "postgres://me@db/shop?sslmode=verify-full&sslrootcert=%2Fca.pem",
    "postgres://me@db/shop?ssl=true&pgbouncer=true",
    "postgres://me@db/shop?sslmode=no-verify",
    "postgres://me:a@b@db/shop#part",
    `postgres://me:${encodeURIComponent("p@ss/w%rd#'1\" $HOME:\\x")}@db/shop`,
  ])("is read as this machine reads it: %s (S-04, T-14)", (url) => {
    expect(read(url)).toEqual(libpqEnvironment(url, "DATABASE_URL"));
  });

  test("may end with a line break, as a Secret made by hand often does", () => {
    expect(read("postgres://me:pw@db/shop\n")).toMatchObject({ PGDATABASE: "shop" });
  });

  test.each([
    ["", "is none of PostgreSQL"],
    ["mysql://me:secret@db/shop", "is none of PostgreSQL"],
    ["postgres://me:sec/ret@db/shop", "holds a special character"],
    ["postgres://me:100%secret@db/shop", "holds a % that encodes nothing"],
    ["postgres://me:sec%0Aret@db/shop", "holds a control character"],
  ])("%j is refused, and not repeated (law 6)", (url, words) => {
    const { status, stdout, stderr } = spawnSync("awk", [connectionParser], environment(url));
    expect(status).toBe(1);
    expect(stdout).toContain(words);
    expect(stdout + stderr).not.toMatch(/sec/);
  });

  test("keeps every user, password and database (T-14)", () => {
    const text = fc
      .string({ minLength: 1, maxLength: 12, unit: "grapheme" })

      .filter((value) => !/[\x00-\x1f]|^\s|\s$/.test(value));
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const [a, b, c] = [user, password, database].map(encodeURIComponent);
        const url = `postgres://${a}:${b}@db/${c}`;
        expect(read(url)).toEqual(libpqEnvironment(url, "DATABASE_URL"));
      }),
      { numRuns: 60 },
    );
  });
});
