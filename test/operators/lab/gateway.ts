import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { makeInstalledStage, type Stage } from "../../e2e/stage";
import { ensureDatabase } from "../../lab/database";
import { secretsOfGateway } from "../../lab/gateways";
import type { Lab } from "../../lab/lab";
import type { Release } from "./operation";

/** A dump in the backup folder with its manifest, as a person finds them there. */
export interface FoundDump {
  readonly file: string;
  readonly schemaHead: string;
  readonly takenAt: string;
  /** Whether the file has the hash that its manifest tells. */
  readonly whole: boolean;
}

/** What lies before everybody's eyes at one moment: read with psql, kubectl and from files, never through the program. */
export interface Sight {
  /** Names of the agents in the live database. */
  readonly rows: readonly string[];
  /** Migrations in the order of their names. */
  readonly migrations: readonly string[];
  /** Whether one migration is noted twice. */
  readonly appliedTwice: boolean;
  /** Images of the gateway's ready pods. */
  readonly serving: readonly string[];
  /** What was declared of each object of the gateway, by a number that changes with it and not with its status. */
  readonly objects: Readonly<Record<string, string>>;
  readonly dumps: readonly FoundDump[];
}

/** A gateway at 1.0.0 with rows, the two machines from which it is operated, and what the operator has written into its stack file. */
export interface Operated {
  readonly stage: Stage;
  readonly directory: string;
  readonly deployment: string;
  /** Everything that must never be seen outside of a Secret. */
  readonly secrets: readonly string[];
  file: {
    release: Release;
    /** The one that it asked for before. */
    before: Release;
    replicas: number;
    restore: { readonly release: Release; readonly dump: string } | undefined;
  };
  machine: "laptop" | "runner";
}

const FIRST = "1.0.0";
const STACK = "prod";
const COMPONENT = { "app.kubernetes.io/component": "gateway" };

/** Hands out a gateway of its own; `close` leaves nothing of it. */
export async function openGateway(): Promise<Operated & { readonly close: () => Promise<void> }> {
  const stage = await makeInstalledStage(FIRST);
  const directory = join(stage.project.directory, "backups");
  await stage.project.configure(STACK, {
    "gateways:smoltbot": { backup: { directory }, notesRead: "2.0.0" },
  });
  await stage.project.setSecret(
    STACK,
    "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY",
    "agent key, drawn",
  );
  await stage.seed(STACK, 20);
  const secrets = Object.entries(secretsOfGateway(stage.lab, stage, STACK))
    .filter(([path]) => !path.endsWith("REDIS_URL"))
    .map(([, value]) => value);
  return {
    stage,
    directory,
    deployment: "smoltbot-mnemom-gateway-gateway",
    secrets,
    file: { release: FIRST, before: FIRST, replicas: 2, restore: undefined },
    machine: "laptop",
    close: stage.clear,
  };
}

/** Looks at everything at once. */
export async function lookAround({ stage, directory }: Operated): Promise<Sight> {
  const eyes = stage.eyes(STACK);
  const list = (text: string) => (text === "" ? [] : text.split("\n"));
  const [rows, migrations, pods, objects, dumps] = await Promise.all([
    stage.sql(STACK, "SELECT name FROM agents ORDER BY id").then(list),
    stage.sql(STACK, "SELECT filename FROM _schema_migrations ORDER BY filename").then(list),
    eyes.pods(COMPONENT),
    declaredObjects(stage),
    dumpsIn(directory),
  ]);
  return {
    rows,
    migrations,
    appliedTwice: new Set(migrations).size < migrations.length,
    serving: pods.filter(({ ready }) => ready).flatMap(({ images }) => images),
    objects,
    dumps,
  };
}

async function declaredObjects({ lab, namespace }: Stage): Promise<Sight["objects"]> {
  const kinds = "deployments,secrets,configmaps,poddisruptionbudgets,services";
  const words = ["get", kinds, "--namespace", namespace(STACK), "--output", "json"];
  const { stdout } = await execa("kubectl", words, { env: lab.env });
  const { items } = JSON.parse(stdout) as {
    readonly items: readonly {
      readonly kind: string;
      readonly metadata: {
        readonly name: string;
        readonly generation?: number;
        readonly resourceVersion: string;
      };
    }[];
  };
  return Object.fromEntries(
    items.map(({ kind, metadata: { name, generation, resourceVersion } }) => [
      `${kind}/${name}`,
      String(generation ?? resourceVersion),
    ]),
  );
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

export const kubectl = async ({ stage }: Operated, ...words: readonly string[]): Promise<void> => {
  await execa("kubectl", [...words, "--namespace", stage.namespace(STACK)], {
    env: stage.lab.env,
  });
};

/** An empty database of the same server and role, for a URL that leads astray; gives its name. */
export async function otherDatabase(lab: Lab, role: string, password: string): Promise<string> {
  const database = `${role}_other`;
  await ensureDatabase(lab, { database, role, password });
  return database;
}
