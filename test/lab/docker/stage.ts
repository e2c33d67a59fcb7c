import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { containersOf, type Containers } from "./containers";
import { dockerHost, ensureDockerHost } from "./host";
import { bringDockerImages } from "./images";
import type { Overrides } from "../engine/stack-file";
import { licenseToken } from "../license";
import type { Lab } from "../lab";
import { startLoad, type Load } from "../load";
import { daemonAt } from "../plugins/docker/daemon";
import { makeProject, type Project } from "../project";
import { run } from "../run";
import { readSettings } from "../settings";

/** A smoltbot of its own on the lab's Docker host, all removed at the end. */
export interface DockerStage {
  readonly project: Project;
  readonly containers: Containers;
  /** As users reach the front proxy. */
  readonly url: string;
  /** Address of the daemon. */
  readonly daemon: string;
  /** Secrets of the gateway, by their variable: what must be seen nowhere. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Sends requests through the front proxy until it is stopped. */
  readonly load: (perSecond?: number) => Load;
  /** One line per row, columns separated by `|`. */
  readonly sql: (query: string) => Promise<string>;
  /** The same in another database of the server. */
  readonly sqlOf: (database: string, query: string) => Promise<string>;
  /** Adds agents to the database of a release that has them. */
  readonly seed: (rows: number) => Promise<void>;
  /** Names of the containers of a role that run, sorted. */
  readonly running: (role: string) => Promise<readonly string[]>;
  /** Names of all containers of a role, in one quick question. */
  readonly made: (role: string) => Promise<readonly string[]>;
  /** Starts a container past the engine, as a person by hand; one that runs is fine. */
  readonly startByHand: (name: string) => Promise<void>;
  /** The same for a restart. */
  readonly restartByHand: (name: string) => Promise<void>;
  /** The same for a stop. */
  readonly stopByHand: (name: string) => Promise<void>;
  readonly clear: () => Promise<void>;
}

const SEED = join(import.meta.dirname, "../products/seed.sql");
const YEAR_MS = 365 * 24 * 3_600_000;
const PASSWORD = "pa55/word:of%docker";
const STACK = "prod";

/** The name of the stack that every stage has. */
export const DOCKER_STACK = STACK;

/** How a stack reaches its Docker host, in the words of a stack file. */
export interface Reached {
  readonly host: string;
  /** Public key of an ssh:// host. */
  readonly hostKey?: string;
}

/** Prepares a gateway on the lab's Docker host; installs nothing. @param name - its project; @param reached - how its stack reaches the host. @defaultValue by the daemon's socket */
export async function makeDockerStage(
  lab: Lab,
  name: string,
  port: number,
  reached: Reached = { host: dockerHost(readSettings({ LAB_HOME: lab.home })).url },
): Promise<DockerStage> {
  const settings = readSettings({ ...process.env, LAB_HOME: lab.home });
  const host = await ensureDockerHost(settings);
  await bringDockerImages(settings);
  const containers = containersOf(settings);
  const daemon = daemonAt(dockerHost(settings).url);
  const network = `${name}_edge`;
  const clear = async () => {
    for (const one of await containers.all())
      if (one.name.startsWith(`${name}-`)) await containers.remove(one.name);
    for (const volume of ["pgdata", "redisdata", "proxy"])
      await daemon.ask("DELETE", `/volumes/${name}_${volume}?force=1`);
    await daemon.ask("DELETE", `/networks/${network}`);
  };
  await clear();
  await daemon.must("POST", "/networks/create", { body: { Name: network, Driver: "bridge" } });
  await startRest(containers, name, network);
  const secrets = secretsOf(name);
  const directory = await mkdtemp(join(lab.home, `e2e-${name}-`));
  const project = await makeProject(lab, {
    directory,
    stateUrl: `file://${join(directory, ".state")}`,
    stacks: {
      [STACK]: {
        config: configOf({ name, network, port, reached }),
        secrets: Object.fromEntries(
          Object.entries(secrets).map(([key, value]) => [`gateways:smoltbotSecrets.${key}`, value]),
        ),
      },
    },
  });
  const url = `http://${host.address}:${port}`;
  const psql = async (query: string, database?: string) =>
    (await run("docker", [...inDatabase(host.url, name, database), "-c", query])).stdout.trim();
  return {
    project,
    containers,
    url,
    daemon: host.url,
    secrets,
    load: (perSecond = 50) => startLoad(lab, `${url}/anthropic/v1/models`, perSecond),
    sql: (query) => psql(query),
    sqlOf: (database, query) => psql(query, database),
    seed: async (rows) => {
      await run("docker", [...inDatabase(host.url, name), "-v", `rows=${rows}`, "-f", "-"], {
        input: await readFile(SEED, "utf8"),
      });
    },
    running: async (role) =>
      (await containers.all())
        .filter(({ state, inspected }) => state === "running" && roleOf(inspected) === role)
        .map((one) => one.name)
        // Others are on the host as well.
        .filter((one) => one.startsWith(`${name}-`))
        .sort(),
    made: async (role) => {
      const filters = JSON.stringify({ label: [`gateways.role=${role}`], name: [`^/${name}-`] });
      const path = `/containers/json?all=1&filters=${encodeURIComponent(filters)}`;
      const listed = (await daemon.must("GET", path)) as readonly { readonly Names: string[] }[];
      return listed.flatMap(({ Names }) => Names).map((one) => one.replace(/^\//, ""));
    },
    startByHand: async (one) => {
      await daemon.must("POST", `/containers/${one}/start`);
    },
    restartByHand: async (one) => {
      await daemon.must("POST", `/containers/${one}/restart?t=20`);
    },
    stopByHand: async (one) => {
      await daemon.must("POST", `/containers/${one}/stop?t=20`);
    },
    clear,
  };
}

interface Labelled {
  readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null };
}

const roleOf = (inspected: Labelled): string | undefined =>
  inspected.Config?.Labels?.["gateways.role"];

/** The REST service in front of the database that an operator has to bring (T-03). */
const startRest = (containers: Containers, name: string, network: string): Promise<string> =>
  containers.start(`${name}-rest`, {
    Image: "gateways.local/supabase:1",
    Cmd: ["--listen", "0.0.0.0:54321"],
    Env: [
      `DATABASE_URL=postgres://smoltbot:${encodeURIComponent(PASSWORD)}@postgres:5432/smoltbot`,
    ],
    HostConfig: { NetworkMode: network, RestartPolicy: { Name: "unless-stopped" } },
    NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: ["rest"] } } },
  });

const secretsOf = (name: string): Readonly<Record<string, string>> => ({
  POSTGRES_PASSWORD: PASSWORD,
  SUPABASE_URL: "http://rest:54321",
  SUPABASE_KEY: `supabase-key-of-${name}`,
  SUPABASE_JWT_SECRET: `supabase-jwt-secret-of-${name}`,
  ANTHROPIC_API_KEY: `anthropic-key-of-${name}`,
  MNEMOM_LICENSE_JWT: licenseToken(new Date(Date.now() + YEAR_MS), name),
});

const configOf = (place: {
  readonly name: string;
  readonly network: string;
  readonly port: number;
  readonly reached: Reached;
}): Overrides => ({
  "gateways:promotion": null,
  "gateways:smoltbot": {
    kubernetes: null,
    chart: null,
    availability: null,
    backup: null,
    docker: {
      ...place.reached,
      project: place.name,
      network: place.network,
      publish: { port: place.port },
      innerPort: place.port + 10_000,
      drainSeconds: 60,
      images: { postgres: "postgres:15-alpine", redis: "redis:7-alpine", proxy: "haproxy:2.6" },
      limits: {
        gateway: { memoryMiB: 128, cpus: 1 },
        observer: { memoryMiB: 128, cpus: 1 },
        postgres: { memoryMiB: 256, cpus: 1 },
        redis: { memoryMiB: 64, cpus: 1 },
      },
    },
    catalogue: join(import.meta.dirname, "../catalogue.yaml"),
    schema: { retries: 0, deadlineSeconds: 120 },
    verify: { seconds: 3, requests: 20 },
  },
});

/** Arguments with which psql runs in the database's container. */
const inDatabase = (url: string, name: string, database = "smoltbot"): readonly string[] => [
  ...["--host", url, "exec", "-i", `${name}-postgres`, "psql", "-XqAt", "-v", "ON_ERROR_STOP=1"],
  ...["-U", "smoltbot", "-d", database],
];
