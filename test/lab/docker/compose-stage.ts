import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import { composeContainer, composeUp } from "./compose";
import { composeServices } from "./compose-file";
import { dockerHost } from "./host";
import type { Lab } from "../lab";
import { daemonAt } from "../plugins/docker/daemon";
import { run } from "../run";
import { readSettings } from "../settings";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "./stage";

/** A smoltbot that Docker Compose runs, and a stack file that is to take it over. */
export interface ComposeStage extends DockerStage {
  /** Stops every container of ours, as the page about Docker says it. */
  readonly stopOurs: () => Promise<void>;
  /** `docker compose up --detach`, once more. */
  readonly composeUp: () => Promise<void>;
  /** Adds agents while Compose runs the database. */
  readonly seedCompose: (rows: number) => Promise<void>;
  /** Rows of a question to the database while Compose runs it. */
  readonly sqlCompose: (query: string) => Promise<string>;
  /** Labels of a volume, which only whoever has made it gives. */
  readonly volumeLabels: (volume: string) => Promise<Readonly<Record<string, string>> | null>;
}

const SEED = join(import.meta.dirname, "../products/seed.sql");

/** Starts release 1.0.0 by a Compose file as the guide's, with a service of somebody else, and writes a stack file that adopts it. */
export async function makeComposeStage(
  lab: Lab,
  name: string,
  port: number,
): Promise<ComposeStage> {
  const stage = await makeDockerStage(lab, name, port);
  const { url } = dockerHost(readSettings({ ...process.env, LAB_HOME: lab.home }));
  const daemon = daemonAt(url);
  const folder = join(stage.project.directory, "deploy");
  const up = () => composeUp({ url, name, folder, services: composeServices(stage.secrets, port) });
  await daemon.ask("DELETE", `/networks/${name}_default`);
  await up();
  await stage.project.configure(DOCKER_STACK, {
    "gateways:smoltbot": { adopt: true, docker: { network: `${name}_default` } },
  });
  const inDatabase = ["exec", "-i", composeContainer(name, "postgres"), "psql", "-XqAt"];
  const psql = (args: readonly string[], input?: string) =>
    run("docker", ["--host", url, ...inDatabase, "-U", "smoltbot", "-d", "smoltbot", ...args], {
      ...(input === undefined ? {} : { input }),
    });
  return {
    ...stage,
    composeUp: up,
    stopOurs: async () => {
      const docker = ["--host", url];
      const label = ["--filter", `label=gateways.instance=${name}`];
      const { stdout } = await run("docker", [...docker, "ps", "--quiet", ...label]);
      await run("docker", [...docker, "stop", ...stdout.split("\n")]);
    },
    sqlCompose: async (query) => (await psql(["-c", query])).stdout.trim(),
    seedCompose: async (rows) => {
      const seed = await readFile(SEED, "utf8");
      await psql(["-v", "ON_ERROR_STOP=1", "-v", `rows=${rows}`, "-f", "-"], seed);
    },
    volumeLabels: async (volume) => {
      const found = await daemon.must("GET", `/volumes/${volume}`);
      return (found as { readonly Labels: Readonly<Record<string, string>> | null }).Labels;
    },
    clear: async () => {
      await stage.clear();
      await daemon.ask("DELETE", `/networks/${name}_default`);
    },
  };
}

/** What a client that asks all the time has seen. */
export interface Gap {
  /** From the first request that failed to the first one after it that did not, in milliseconds; the longest of them. */
  readonly longestMs: number;
  readonly asked: number;
  readonly failed: number;
}

/** Asks every few milliseconds on a new connection, until it is stopped. */
export function watchGap(url: string): { readonly stop: () => Promise<Gap> } {
  const watch = { isOver: false };
  const watching = (async (): Promise<Gap> => {
    let [asked, failed, longestMs] = [0, 0, 0];
    let downSince: number | undefined;
    while (!watch.isOver) {
      const at = Date.now();
      asked += 1;
      const isWell = await fetch(url, {
        headers: { connection: "close" },
        signal: AbortSignal.timeout(2000),
      }).then(
        ({ status }) => status === 200,
        () => false,
      );
      if (!isWell) {
        failed += 1;
        downSince ??= at;
      } else if (downSince !== undefined) {
        longestMs = Math.max(longestMs, Date.now() - downSince);
        downSince = undefined;
      }
      await pause(20);
    }
    if (downSince !== undefined) longestMs = Math.max(longestMs, Date.now() - downSince);
    return { asked, failed, longestMs };
  })();
  return {
    stop: () => {
      watch.isOver = true;
      return watching;
    },
  };
}
