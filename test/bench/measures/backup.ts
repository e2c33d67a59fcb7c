import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { runBackup } from "../../../components/steps/backup";
import { backupInputSchema } from "../../../components/steps/backup-input";
import { libpqEnvironment } from "../../../components/postgres/libpq-environment";
import { dropDatabase, ensureDatabase, queryDatabase, seedDatabase } from "../../lab/database";
import type { Lab } from "../../lab/lab";
import { inTurns } from "../in-turns";
import type { Bench, Measure, Measured } from "../measure";

const GB = 1e9;
const ROWS = 600_000;
const MOST_RUNS = 3;
const NAME = "bench_backup";
const OWNER = { database: NAME, role: NAME, password: "a password of the bench" };
const TABLES = join(import.meta.dirname, "../../lab/products/migrations/1.0.0");

/** What it costs that a backup was restored and compared before it counts. */
export const backup: Measure = {
  name: "backup",
  title: "Verified backup",
  about: `The backup step on a database of at least 1 GB, which dumps, restores into a scratch database and compares every row, against \`pg_dump --format=custom\` and against the guide's own \`pg_dump > file\`, which dump and nothing more. At most ${MOST_RUNS} runs, because each takes a while.`,
  run: async (bench) => {
    const dumps = join(bench.directory, "dumps");
    await dropDatabase(bench.lab, OWNER);
    try {
      await mkdir(dumps, { recursive: true, mode: 0o700 });
      return await measure(bench, dumps);
    } finally {
      await dropDatabase(bench.lab, OWNER);
      await rm(dumps, { recursive: true, force: true });
    }
  },
};

async function measure({ lab, runs, say }: Bench, dumps: string): Promise<Measured> {
  say("fills a database");
  const bytes = await fill(lab);
  const env = { ...process.env, ...lab.env, DATABASE_URL: urlOf(lab) };
  const connection = { ...env, ...libpqEnvironment(urlOf(lab), "DATABASE_URL") };
  const input = backupInputSchema.parse({
    ...{ gateway: "bench", stack: "bench", release: "1.1.0", source: { kind: "url" } },
    ...{ directory: dumps, keep: 1, trackingTable: "_schema_migrations" },
  });
  const raw = join(dumps, "raw.dump");
  const plain = join(dumps, "plain.sql");
  const sizes = { ours: 0, raw: 0, plain: 0, rows: 0 };
  const quiet = () => undefined;
  const backUp = async (): Promise<void> => {
    const saved = await runBackup(input, { env, say: quiet });
    if (!("rows" in saved)) throw new Error(`nothing was saved: ${saved.reason}`);
    sizes.ours = saved.bytes;
    sizes.rows = saved.rows;
    // Otherwise the dumps of all runs pile up: retention keeps those of the last hour.
    await rm(saved.path);
  };
  const comparisons = await inTurns({ runs: Math.min(runs, MOST_RUNS), say }, [
    {
      title: "backup",
      ours: () => seconds(backUp),
      other: () =>
        seconds(async () => {
          await execa("pg_dump", ["--format=custom", `--file=${raw}`], { env: connection });
          sizes.raw = (await stat(raw)).size;
        }),
    },
    {
      title: "backup, against the guide's own",
      ours: () => seconds(backUp),
      other: () =>
        seconds(async () => {
          // As the guide writes it: `pg_dump > file`.
          await execa("pg_dump", [], { env: connection, stdout: { file: plain }, buffer: false });
          sizes.plain = (await stat(plain)).size;
        }),
    },
  ]);
  return {
    comparisons,
    facts: [
      `The database has ${gb(bytes)} with its indexes, and ${sizes.rows} rows; the verified dump ${gb(sizes.ours)}, the raw one ${gb(sizes.raw)}, the plain one ${gb(sizes.plain)}.`,
    ],
  };
}

async function fill(lab: Lab): Promise<number> {
  await ensureDatabase(lab, OWNER);
  for (const file of ["001_base.sql", "002_checkpoints.sql"]) {
    const tables = await readFile(join(TABLES, file), "utf8");
    await queryDatabase(lab, NAME, `SET ROLE ${NAME};\n${tables}`);
  }
  await seedDatabase(lab, OWNER, ROWS);
  await queryDatabase(lab, NAME, "VACUUM ANALYZE");
  const bytes = Number(await queryDatabase(lab, NAME, `SELECT pg_database_size('${NAME}')`));
  if (bytes < GB) throw new Error(`the database has ${gb(bytes)} only`);
  return bytes;
}

const urlOf = ({ postgres }: Lab): string =>
  `postgresql://${NAME}:${encodeURIComponent(OWNER.password)}@${postgres.host}:${postgres.port}/${NAME}`;

async function seconds(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

const gb = (bytes: number): string => `${(bytes / GB).toFixed(2)} GB`;
