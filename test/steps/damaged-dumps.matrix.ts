import { mkdir, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { manifestPath } from "../../components/dumps/manifest";
import { matrix } from "../matrix/matrix";
import type { Damages } from "./damages";

/** What the restore says of a damaged dump, and what damages it. */
type Damage = readonly [RegExp, (tools: Damages) => Promise<unknown>];

/** Said of a file that is not, byte for byte, what was proven. */
const broken = /is damaged|is not the dump/;

const cells: Readonly<Record<string, Damage>> = {
  "an empty file": [/is empty/, ({ cut }) => cut(0)],
  "cut after its first bytes": [broken, ({ path }) => truncate(path(), 20)],
  "cut in the middle": [broken, ({ cut }) => cut(0.5)],
  "cut before its last byte": [broken, ({ spoil }) => spoil((bytes) => bytes.subarray(0, -1))],
  "one bit flipped in its header": [broken, ({ flip }) => flip(() => 1)],
  "one bit flipped near its start": [broken, ({ flip }) => flip(() => 200)],
  "one bit flipped in the middle": [broken, ({ flip }) => flip((length) => length >> 1)],
  "one bit flipped at its end": [broken, ({ flip }) => flip((length) => length - 1)],
  "garbage behind its end": [
    broken,
    ({ spoil }) => spoil((bytes) => Buffer.concat([bytes, Buffer.from("more")])),
  ],
  "zeros in place of its last third": [
    broken,
    ({ spoil }) => spoil((bytes) => bytes.fill(0, Math.floor((bytes.length * 2) / 3))),
  ],
  "zeros throughout": [broken, ({ spoil }) => spoil((bytes) => bytes.fill(0))],
  "gzip under the name of zstd": [
    broken,
    async ({ unpacked, path }) => writeFile(path(), await promisify(gzip)(await unpacked())),
  ],
  "plain SQL under the name of an archive": [
    broken,
    ({ path }) => writeFile(path(), "CREATE TABLE t (a int);"),
  ],
  "another dump's file under this name": [
    /is not the dump that was proven/,
    async ({ anotherDump, path }) => rename(await anotherDump(), path()),
  ],
  "another dump's manifest under this name": [
    /is not the dump that was proven/,
    async ({ anotherDump, path }) =>
      rename(manifestPath(await anotherDump()), manifestPath(path())),
  ],
  "another dump and its manifest under this name": [
    /its manifest is that of another dump/,
    async ({ anotherDump, path }) => {
      const other = await anotherDump({ release: "2.0.1" });
      await rename(other, path());
      await rename(manifestPath(other), manifestPath(path()));
    },
  ],
  "without a manifest": [
    /manifest.json cannot be looked at: ENOENT/,
    ({ path }) => rm(manifestPath(path())),
  ],
  "an empty manifest": [/manifest.json is empty/, ({ path }) => truncate(manifestPath(path()), 0)],
  "a manifest that is cut": [
    /has no manifest: it was never proven/,
    ({ path }) => truncate(manifestPath(path()), 300),
  ],
  "a manifest that says it was not proven": [
    /has no manifest: it was never proven/,
    ({ edit }) => edit(() => ({ proven: false })),
  ],
  "a manifest with another hash": [
    /is not the dump that was proven/,
    ({ edit }) => edit(() => ({ sha256: "0".repeat(64) })),
  ],
  "a manifest with another number of rows": [
    /table public.agents has 501 rows, its copy 500/,
    ({ agentsOf }) => agentsOf({ rows: 501 }),
  ],
  "a manifest with another content": [
    /the rows of table public.agents differ/,
    ({ agentsOf }) => agentsOf({ hash: "1" }),
  ],
  "a manifest with a table more": [
    /table public.more is missing in the copy/,
    ({ edit }) =>
      edit(({ tables }) => ({ tables: [...tables, { name: "public.more", rows: 1, hash: "1" }] })),
  ],
  "a manifest with another last migration": [
    /its last migration is 008.sql, expected 009.sql/,
    ({ edit }) => edit(() => ({ schemaHead: "009.sql" })),
  ],
  "a manifest with more indexes and constraints": [
    /are named, and \d+ found/,
    ({ edit }) => edit(({ objects }) => ({ objects: objects + 1 })),
  ],
  "of another gateway": [/it is of bamf in prod/, ({ edit }) => edit(() => ({ gateway: "bamf" }))],
  "of another stack": [
    /it is of smoltbot in staging/,
    ({ edit }) => edit(() => ({ stack: "staging" })),
  ],
  "of another database": [
    /it is of database elsewhere, and the live one is shop/,
    ({ sealOf }) => sealOf({ database: "elsewhere" }),
  ],
  "in another encoding": [
    /its texts are in LATIN1, those of the live database in UTF8/,
    ({ sealOf }) => sealOf({ encoding: "LATIN1" }),
  ],
  "of a newer server than this one": [
    /was taken from PostgreSQL 99.1, and this server is 15/,
    ({ sealOf }) => sealOf({ server: "99.1" }),
  ],
  "by a newer pg_dump than pg_restore reads": [
    /pg_dump 99.1 has written it/,
    ({ edit }) => edit(({ tools }) => ({ tools: { ...tools, pgDump: "99.1" } })),
  ],
  "of the newer release itself": [
    /it shows the database of 2.0.0, which 1.2.0 cannot read/,
    ({ edit }) => edit(() => ({ running: ["2.0.0"] })),
  ],
  "forged: the schema without a row": [
    /table public.agents has 500 rows, its copy 0/,
    async ({ dumpOf, forge, packed }) =>
      forge(await packed(await dumpOf("--schema-only", "--no-owner"))),
  ],
  "forged: a table is missing": [
    /table public.sessions is missing in the copy/,
    async ({ dumpOf, forge, packed }) => forge(await packed(await dumpOf())),
  ],
  "forged: text that is no archive": [
    /could not be restored into/,
    async ({ forge, packed }) => forge(await packed("CREATE TABLE t (a int);")),
  ],
  "forged: an archive of a future format": [
    /could not be restored into .*unsupported version/,
    async ({ forge, packed, unpacked }) => {
      const archive = await unpacked();
      // Source: PostgreSQL 15, src/bin/pg_dump/pg_backup_archiver.h: PGDMP, then the version of the format.
      archive[6] = 99;
      await forge(await packed(archive));
    },
  ],
  "a directory": [
    /is a directory/,
    async ({ path }) => {
      await rm(path());
      await mkdir(path());
    },
  ],
  "a link to elsewhere": [
    /is a link/,
    async ({ path, dumps }) => {
      const elsewhere = join(dumps(), "elsewhere");
      await rename(path(), elsewhere);
      await symlink(elsewhere, path());
    },
  ],
  "a link to nowhere": [
    /is a link/,
    async ({ path, dumps }) => {
      await rm(path());
      await symlink(join(dumps(), "nowhere"), path());
    },
  ],
  "not there": [/cannot be looked at: ENOENT/, ({ path }) => rm(path())],
};

/** Dumps, and manifests of dumps, that must not be restored. */
export default matrix({ name: "damaged-dumps", sample: 11, cells });
