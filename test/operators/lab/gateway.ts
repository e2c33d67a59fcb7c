import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type fc from "fast-check";
import type { Stage } from "../../e2e/stage";
import type { Overrides } from "../../lab/engine/stack-file";
import type { RunningPulumi } from "../../lab/engine/pulumi-cli";
import type { Happened } from "./laws";
import type { Operation, Release } from "./operation";

/** The stack of a gateway. */
export const STACK = "prod";

/** A dump in the backup folder with its manifest, as a person finds them there. */
export interface FoundDump {
  readonly file: string;
  readonly schemaHead: string;
  readonly takenAt: string;
  /** Whether the file has the hash that its manifest tells. */
  readonly whole: boolean;
}

/** What lies before everybody's eyes at one moment: read with psql, kubectl or docker and from files, never through the program. */
export interface Sight {
  /** Names of rows in the live database. */
  readonly rows: readonly string[];
  /** Migrations in the order of their names. */
  readonly migrations: readonly string[];
  /** Whether one migration is noted twice. */
  readonly appliedTwice: boolean;
  /** Images of what is ready and serves. */
  readonly serving: readonly string[];
  /** What was declared of each object of the gateway, by a number that changes with it and not with its status. */
  readonly objects: Readonly<Record<string, string>>;
  readonly dumps: readonly FoundDump[];
}

/** What the shared operations and laws have to know of a product. */
export interface Facts {
  /** Its name in a stack file: `smoltbot`. */
  readonly product: "smoltbot" | "bamf";
  /** SQL that lists names of rows, one that lists what was applied to the schema, and one that writes three rows. */
  readonly sql: { readonly rows: string; readonly migrations: string; readonly write: string };
  readonly imageOf: (release: Release) => string;
  /** Pods that serve, as the stack file asks for them. */
  readonly podsOf: (file: StackFile) => number;
  /** With fewer of them ready nobody calls it a service. */
  readonly fewest: number;
  /** Whether a release does not run on a schema with these migrations. */
  readonly isAhead: (migrations: readonly string[], release: Release) => boolean;
  /** What the stack file says of its values and of how many pods there are. */
  readonly edits: {
    readonly level: (level: string) => Overrides;
    readonly replicas: (replicas: number) => Overrides;
  };
  /** A secret that may be rotated, by its name. */
  readonly rotated: string;
  /** Every secret by its path in the stack file. */
  readonly secretsByPath: Readonly<Record<string, string>>;
  /** Moments that a run comes to: each resolves once it has, and rejects if the run ends first. */
  readonly signs: Readonly<
    Record<string, (under: RunningPulumi, patience: Patience) => Promise<void>>
  >;
}

/** How long a sign is waited for. */
interface Patience {
  readonly seconds: number;
  readonly hopeless: () => Promise<string | undefined>;
}

/** What the operator has written into the stack file. */
export interface StackFile {
  release: Release;
  /** The one that it asked for before. */
  before: Release;
  replicas: number;
  restore: { readonly release: Release; readonly dump: string } | undefined;
  /** The release for which the schema may be taken down, with the writers stopped. */
  downgrade: Release | undefined;
  /** What becomes of sessions, where the product has any. */
  policy: "stop" | "cut";
  cut: { readonly release: Release; readonly sessions: number } | undefined;
}

/** A gateway with rows, the two machines from which it is operated, and what the operator has written into its stack file. */
export interface Operated {
  readonly stage: Pick<Stage, "lab" | "project" | "sql">;
  /** Images of what is ready and serves, and what was declared of each object. */
  readonly look: () => Promise<Pick<Sight, "serving" | "objects">>;
  readonly facts: Facts;
  readonly directory: string;
  /** Everything that must never be seen outside of a Secret. */
  readonly secrets: readonly string[];
  file: StackFile;
  machine: "laptop" | "runner";
  /** Carries out what only this product knows. */
  readonly carryOut: (operation: Operation) => Promise<string>;
  /** Looks at what only this product has before a run; what it gives looks again after that, for laws of its own. */
  readonly beforeRun: () => Promise<(happened: Happened) => Promise<readonly string[]>>;
}

/** A product as drawn operators see it. */
export interface OperatedProduct {
  /** What is drawn for it. */
  readonly sequence: fc.Arbitrary<readonly Operation[]>;
  /** Hands out a gateway of its own; `close` leaves nothing of it. */
  readonly open: () => Promise<Operated & { readonly close: () => Promise<void> }>;
}

/** Looks at everything at once. */
export async function lookAround({ stage, directory, facts, look }: Operated): Promise<Sight> {
  const list = (text: string) => (text === "" ? [] : text.split("\n"));
  const [rows, migrations, seen, dumps] = await Promise.all([
    stage.sql(STACK, facts.sql.rows).then(list),
    stage.sql(STACK, facts.sql.migrations).then(list),
    look(),
    dumpsIn(directory),
  ]);
  return {
    rows,
    migrations,
    appliedTwice: new Set(migrations).size < migrations.length,
    ...seen,
    dumps,
  };
}

async function dumpsIn(directory: string): Promise<readonly FoundDump[]> {
  const names = await readdir(directory).catch(() => []);
  const manifests = names.filter((name) => name.endsWith(".manifest.json"));
  const found = manifests.map(async (name) => {
    const file = name.slice(0, -".manifest.json".length);
    const told = JSON.parse(await readFile(join(directory, name), "utf8")) as {
      readonly schemaHead: string;
      readonly takenAt: string;
      readonly sha256: string;
    };
    const content = await readFile(join(directory, file)).catch(() => undefined);
    const hash = content && createHash("sha256").update(content).digest("hex");
    return {
      file,
      schemaHead: told.schemaHead,
      takenAt: told.takenAt,
      whole: hash === told.sha256,
    };
  });
  return (await Promise.all(found)).sort((one, other) => one.takenAt.localeCompare(other.takenAt));
}

/** Everything that the engine has written down of this gateway, as it lies on the disk, and every manifest. */
export async function writtenDown({ stage, directory }: Operated): Promise<string> {
  const state = join(stage.project.directory, ".state");
  const files = (await readdir(state, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => join(entry.parentPath, entry.name));
  const names = await readdir(directory).catch(() => []);
  files.push(
    ...names.filter((name) => name.endsWith(".json")).map((name) => join(directory, name)),
  );
  files.push(stage.project.stackFile(STACK));
  return (await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "")))).join(
    "\n",
  );
}

/** The other machine has the same checkout, stack file and backend, and a backup folder of its own. */
export async function changeMachine(operated: Operated): Promise<void> {
  const { directory, machine } = operated;
  const next = machine === "laptop" ? "runner" : "laptop";
  await mkdir(directory, { recursive: true });
  await rename(directory, `${directory}.${machine}`);
  await rename(`${directory}.${next}`, directory).catch(() => mkdir(directory));
  operated.machine = next;
}

export async function emptyBackups({ directory }: Operated): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
}
