import * as fc from "fast-check";
import { expect, test } from "vitest";
import { libpqEnvironment } from "../../components/postgres/libpq-environment";

const read = (url: string) => libpqEnvironment(url, "DATABASE_URL");

test.each([
  [
    "a full one",
    "postgres://me:pw@db.example:6543/shop",
    { PGHOST: "db.example", PGPORT: "6543", PGUSER: "me", PGPASSWORD: "pw", PGDATABASE: "shop" },
  ],
  [
    "the other scheme, without a port",
    "postgresql://me@db/shop",
    { PGHOST: "db", PGUSER: "me", PGDATABASE: "shop" },
  ],
  [
    "one of a Python program",
    "postgresql+asyncpg://me@db/shop",
    { PGHOST: "db", PGUSER: "me", PGDATABASE: "shop" },
  ],
  [
    "no database: that of the user's name",
    "postgres://me@db",
    { PGHOST: "db", PGUSER: "me", PGDATABASE: "me" },
  ],
  [
    "an address of IPv6",
    "postgres://me@[::1]:5433/shop",
    { PGHOST: "::1", PGPORT: "5433", PGUSER: "me", PGDATABASE: "shop" },
  ],
  [
    "a socket as host",
    "postgres://me@%2Fvar%2Frun%2Fpg/shop",
    { PGHOST: "/var/run/pg", PGUSER: "me", PGDATABASE: "shop" },
  ],
  [
    "a socket as parameter",
    "postgres://me@/shop?host=/var/run/pg",
    { PGHOST: "/var/run/pg", PGUSER: "me", PGDATABASE: "shop" },
  ],
  [
    "parameters of encryption",
    "postgres://me@db/shop?sslmode=verify-full&sslrootcert=%2Fca.pem",
    {
      PGHOST: "db",
      PGUSER: "me",
      PGDATABASE: "shop",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/ca.pem",
    },
  ],
  [
    "encryption as other drivers ask for it",
    "postgres://me@db/shop?ssl=true&pgbouncer=true",
    { PGHOST: "db", PGUSER: "me", PGDATABASE: "shop", PGSSLMODE: "require" },
  ],
  [
    "encryption without a check",
    "postgres://me@db/shop?sslmode=no-verify",
    { PGHOST: "db", PGUSER: "me", PGDATABASE: "shop", PGSSLMODE: "require" },
  ],
])("a connection string is read: %s (T-14)", (_, url, expected) => {
  expect(read(url)).toEqual(expected);
});

test.each([
  "",
  "shop",
  "mysql://me:secret@db/shop",
  "postgres://me:sec/ret@db/shop",
  "postgres://me:100%secret@db/shop",
])("%j is refused, and not repeated (law 6)", (url) => {
  expect(() => read(url)).toThrow("DATABASE_URL");
  expect(() => read(url)).not.toThrow("secret");
});

test("every user, password and database survive the encoding", () => {
  const text = fc
    .string({ minLength: 1, maxLength: 12, unit: "binary" })
    .filter((value) => !value.includes("\0"));
  fc.assert(
    fc.property(text, text, text, (user, password, database) => {
      const [a, b, c] = [user, password, database].map(encodeURIComponent);
      expect(read(`postgres://${a}:${b}@db/${c}`)).toEqual({
        PGHOST: "db",
        PGUSER: user,
        PGPASSWORD: password,
        PGDATABASE: database,
      });
    }),
  );
});
