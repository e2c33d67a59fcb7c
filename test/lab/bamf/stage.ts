import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../private-server";
import { run } from "../run";
import { Programs, type Program } from "./processes";
import { openRedis } from "./redis";
import type { Report } from "./report";

/** A BAMF of plain processes on this machine: bridge n is found on 127.0.1.(n + 1). */
export interface Stage {
  readonly api: Program;
  readonly redis: (...command: readonly string[]) => Promise<string>;
  readonly redisUrl: string;
  /** Where a bridge takes tunnels. */
  readonly tunnelOf: (ordinal: number) => string;
  /** Its HTTPS port. */
  readonly httpsOf: (ordinal: number) => string;
  /** Starts a bridge and waits until it is well, or until it is ready. */
  readonly startBridge: (ordinal: number, wait?: "health" | "ready") => Promise<Program>;
  /** Starts an agent's instance and waits until it is ready. Unit of the limit: seconds. */
  readonly startAgent: (name: string, limit?: number) => Promise<Agent>;
  /** Returns once each tunnel that it holds is open, or has failed. */
  readonly startClient: (...flags: readonly string[]) => Promise<Client>;
  /** What the API answers a bridge that asks for its drain. */
  readonly drain: (ordinal: number, sessions: readonly string[]) => Promise<unknown>;
  readonly metric: (ordinal: number, name: string) => Promise<number>;
  /** The bridges' port of health and metrics; each has an address of its own. */
  readonly healthOf: (ordinal: number) => string;
  readonly apiUrl: string;
  /** What a bridge has written so far, over all of its starts. */
  readonly logOf: (ordinal: number) => Promise<string>;
  /** Asks the API as an administrator. */
  readonly ask: (path: string, body?: object) => Promise<Response>;
  readonly close: () => Promise<void>;
}

export interface Agent extends Program {
  /** Where it has health and metrics. */
  readonly url: string;
  /** The lines that it has written. */
  readonly log: () => Promise<readonly string[]>;
}

export interface Client extends Program {
  readonly report: () => Promise<Report>;
}

/** How many tunnels a client is told to hold. */
const holds = (flags: readonly string[]): number =>
  Number(flags[flags.indexOf("-hold") + 1] ?? 0) || 0;

/** Where the programs of a stage listen. */
export interface StagePlace {
  /** Address of the API and of the one bridge, for agents on other machines. @defaultValue the loopback, with an address for each bridge */
  readonly address?: string | undefined;
}

const bridgeName = (ordinal: number): string => `bamf-bridge-${ordinal}`;
const secret = "a-token-of-bridges";

/** Lets many tries pass until something answers. */
async function until(what: string, look: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await look().catch(() => false))) {
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await pause(100);
  }
}

const answers = async (url: string): Promise<boolean> => (await fetch(url)).ok;

/** How far away the API was where the real product was watched. */
export const AWAY = ["-round-trip", "40ms"] as const;

/** Longest wait for a tunnel that stands still: its client pauses for 2, 4 and 8 s between its tries. In milliseconds. */
const STANDS_STILL = 20_000;

/** Waits until each held tunnel carries bytes, is cut, or has stood still for longer than its client pauses. */
export async function settled(client: Client): Promise<Report> {
  for (const end = Date.now() + STANDS_STILL; ;) {
    await pause(1000);
    const report = await client.report();
    const silent = report.tunnels.filter(
      ({ held, state, silentMs }) =>
        held && ((state === "open" && silentMs > 500) || (state === "frozen" && Date.now() < end)),
    );
    if (silent.length === 0) return report;
  }
}

/**
 * Starts Redis and the API on a database that has the schema and the join token `join`.
 *
 * @param env - what every program is told besides: its release, its fault
 */
export async function startStage(
  binary: string,
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
  { address }: StagePlace = {},
): Promise<Stage> {
  const host = (ordinal: number): string => address ?? `127.0.1.${ordinal + 1}`;
  const folder = await mkdtemp(join(tmpdir(), "bamf-stage-"));
  const programs = new Programs(folder, env);
  const [redisPort, apiPort, tunnelPort, httpsPort, healthPort, echoPort] = (await Promise.all(
    Array.from({ length: 6 }, freePort),
  )) as [number, number, number, number, number, number];
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const apiUrl = `http://${address ?? "127.0.0.1"}:${apiPort}`;
  programs.start(
    "redis",
    ["redis-server", "--port", String(redisPort), "--save", "", "--dir", folder],
    {},
  );
  await until("Redis", async () => {
    const tried = await openRedis(redisPort);
    tried.close();
    return true;
  });
  const { ask: redis, close } = await openRedis(redisPort);
  programs.start("echo", [binary, "echo", `127.0.0.1:${echoPort}`], {});
  const api = programs.start("api", [binary, "api"], {
    BAMF_LAB_LISTEN: address ?? "127.0.0.1",
    PORT: String(apiPort),
    BAMF_DATABASE_URL: databaseUrl,
    BAMF_REDIS_URL: redisUrl,
    BAMF_BRIDGE_BOOTSTRAP_TOKEN: secret,
    BAMF_BRIDGE_TUNNEL_PORT: String(tunnelPort),
    BAMF_DEFAULT_EDGE_NAME: "default",
  });
  await until("the API", () => answers(`${apiUrl}/ready`));
  const healthOf = (ordinal: number): string => `http://${host(ordinal)}:${healthPort}`;

  return {
    api,
    apiUrl,
    redis,
    redisUrl,
    tunnelOf: (ordinal) => `${host(ordinal)}:${tunnelPort}`,
    httpsOf: (ordinal) => `${host(ordinal)}:${httpsPort}`,
    healthOf,
    logOf: (ordinal) => readFile(join(folder, `${bridgeName(ordinal)}.log`), "utf8"),
    ask: async (path, body) => {
      const { stdout } = await run(binary, ["login", redisUrl, "admin@lab.example", "admin"]);
      const headers = { Authorization: `Bearer ${stdout}`, "Content-Type": "application/json" };
      const sent = body && { method: "POST", body: JSON.stringify(body) };
      return fetch(`${apiUrl}${path}`, { headers, ...sent });
    },
    startBridge: async (ordinal, wait = "ready") => {
      const bridge = programs.start(bridgeName(ordinal), [binary, "bridge"], {
        BAMF_API_URL: apiUrl,
        BAMF_BRIDGE_ID: bridgeName(ordinal),
        BAMF_HOSTNAME: host(ordinal),
        BAMF_TUNNEL_DOMAIN: "tunnel.lab.example",
        BAMF_TUNNEL_ADDR: `${host(ordinal)}:${tunnelPort}`,
        BAMF_HTTPS_ADDR: `${host(ordinal)}:${httpsPort}`,
        BAMF_HEALTH_ADDR: `${host(ordinal)}:${healthPort}`,
        BAMF_BOOTSTRAP_TOKEN: secret,
        BAMF_EDGE_NAME: "default",
        BAMF_OUTPOST_NAME: "default",
        BAMF_SHUTDOWN_TIMEOUT: "25s",
      });
      await until(bridgeName(ordinal), () => answers(`${healthOf(ordinal)}/${wait}`));
      return bridge;
    },
    startAgent: async (name, limit = 60) => {
      const port = await freePort();
      const agent = programs.start(name, [binary, "agent"], {
        BAMF_API_URL: apiUrl,
        BAMF_JOIN_TOKEN: "join",
        BAMF_AGENT_NAME: "agent",
        // Instances of one agent share what it got when it joined.
        BAMF_DATA_DIR: join(folder, "agent"),
        BAMF_RESOURCES: `echo:tcp:127.0.0.1:${echoPort}`,
        BAMF_LAB_METRICS_ADDR: `127.0.0.1:${port}`,
        BAMF_LAB_HEARTBEAT: "5s",
      });
      await until(name, () => answers(`http://127.0.0.1:${port}/ready`), limit);
      const log = async () => (await readFile(join(folder, `${name}.log`), "utf8")).split("\n");
      return { ...agent, log, url: `http://127.0.0.1:${port}` };
    },
    startClient: async (...flags) => {
      const port = await freePort();
      const listen = `127.0.0.1:${port}`;
      const client = programs.start(
        `client-${port}`,
        [binary, "client", "-api", apiUrl, "-redis", redisUrl, "-listen", listen, ...flags],
        {},
      );
      const report = async (): Promise<Report> =>
        (await (await fetch(`http://${listen}/report`)).json()) as Report;
      await until("the client", async () => {
        const { tunnels } = await report();
        const held = tunnels.filter(({ held, state }) => held && state !== "opening");
        return tunnels.length > 0 && held.length >= holds(flags);
      });
      return { ...client, report };
    },
    metric: async (ordinal, name) => {
      const text = await (await fetch(`${healthOf(ordinal)}/metrics`)).text();
      const line = text.split("\n").find((it) => it.startsWith(`${name} `));
      return line === undefined ? NaN : Number(line.split(" ")[1]);
    },
    drain: async (ordinal, sessions) => {
      const internal = `${apiUrl}/api/v1/internal/bridges`;
      const post = async (path: string, body: object, certificate?: string): Promise<unknown> => {
        const headers = {
          "Content-Type": "application/json",
          ...(certificate !== undefined && {
            "X-Bamf-Client-Cert": Buffer.from(certificate).toString("base64"),
          }),
        };
        const init = { method: "POST", headers, body: JSON.stringify(body) };
        return (await fetch(`${internal}/${path}`, init)).json();
      };
      const known = { hostname: host(ordinal), bootstrap_token: secret };
      const given = await post("bootstrap", { bridge_id: bridgeName(ordinal), ...known });
      const { certificate } = given as { certificate: string };
      const tunnels = sessions.map((it) => ({ session_token: it, protocol: "tunnel" }));
      return post(`${bridgeName(ordinal)}/drain`, { tunnels }, certificate);
    },
    close: async () => {
      close();
      await programs.endAll();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
