import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stage } from "../../lab/bamf/stage";
import type { Program } from "../../lab/bamf/processes";
import {
  oneByOneSchema,
  type OneByOneInput,
  type OneByOneTask,
} from "../../../components/steps/rollout-input";
import type { Container, OneByOne, Platform } from "../../../components/upgrade/platform";
import { instance, look, memoryPlatform } from "../../steps/memory-platform";

const WORKLOAD = "bamf-bridge";
const nameOf = (ordinal: number): string => `${WORKLOAD}-${ordinal}`;
const ordinalOf = (name: string): number => Number(name.split("-").at(-1));

/** What is told of each release that runs on the stage. */
const labels = { "app.kubernetes.io/name": "bamf" };
export const bridgeOptions = {
  api: { workload: "bamf-api", labels },
  bridge: { labels },
};

const pidFileOf = (owner: number): string => join(tmpdir(), `bamf-holder-${owner}`);

/** Starts the program that holds sessions, and notes its process for the test that runs as process `owner`. */
export const holderCommand = (python: string, args: readonly string[], owner = process.pid) => ({
  file: "/bin/sh",
  args: ["-c", 'echo $$ > "$0"; exec "$@"', pidFileOf(owner), python, ...args],
});

/** Bridges of a stage as instances that wait for their turn. */
export interface StagedBridges {
  readonly platform: Platform;
  /** Bridges that still run the old release. */
  readonly waiting: Set<number>;
  readonly programs: Map<number, Program>;
  /** Sends a signal to the program that holds sessions; SIGKILL is what the end of its pod does. */
  readonly signalHolder: (signal: NodeJS.Signals) => void;
}

/**
 * A platform whose bridges are processes of a stage and whose API pod is this machine.
 *
 * @param tag - release of API and bridges
 * @param downMs - how long a bridge is away
 */
export function stagePlatform(
  stage: Stage,
  programs: Map<number, Program>,
  { tag = "v0.11.0", downMs = 1000, python = "/usr/bin/python3" } = {},
): StagedBridges {
  const waiting = new Set(programs.keys());
  const here: Container = {
    words: "pod bamf/bamf-api-a",
    command: ([, ...args]) => holderCommand(python, args),
    reachFix: "see why it has ended",
  };
  const oneByOne: OneByOne = {
    hold: () => Promise.resolve(),
    waiting: () => Promise.resolve([...waiting].sort((a, b) => b - a).map(nameOf)),
    replace: async (name) => {
      const ordinal = ordinalOf(name);
      await programs.get(ordinal)!.stop();
      await new Promise((resolve) => setTimeout(resolve, downMs));
      programs.set(ordinal, await stage.startBridge(ordinal));
      waiting.delete(ordinal);
    },
  };
  const { platform } = memoryPlatform([], {
    runningImages: (_, container) => Promise.resolve([`ghcr.io/bamf-${container}:${tag}`]),
    look: (workload) => {
      if (workload !== WORKLOAD)
        return Promise.resolve(look({ instances: [instance("bamf-api-a")] }));
      const named = (isNew: boolean) =>
        [...programs.keys()]
          .filter((ordinal) => waiting.has(ordinal) !== isNew)
          .map((ordinal) => instance(nameOf(ordinal)));
      const [instances, older, wanted] = [named(true), named(false), programs.size];
      return Promise.resolve(look({ instances, older, wanted }));
    },
    oneByOne: () => oneByOne,
    findContainer: () => Promise.resolve(here),
    ask: async (to, path) => {
      if (!("instance" in to)) return undefined;
      const url = `${stage.healthOf(ordinalOf(to.instance))}${path}`;
      const reply = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
      return reply && { status: reply.status, body: await reply.text() };
    },
  });
  const signalHolder = (signal: NodeJS.Signals) =>
    void process.kill(Number(readFileSync(pidFileOf(process.pid), "utf8")), signal);
  return { platform, waiting, programs, signalHolder };
}

/** What a roll of staged bridges is told, with tunnels that have no time to end by themselves. */
export function rollTask(
  stage: Stage,
  { programs }: Pick<StagedBridges, "programs">,
  change: Partial<OneByOneInput> = {},
): OneByOneTask {
  const addresses = (of: (ordinal: number) => string) =>
    Object.fromEntries([...programs.keys()].map((ordinal) => [nameOf(ordinal), of(ordinal)]));
  const tunnelAddresses = addresses(stage.tunnelOf);
  const httpsAddresses = addresses(stage.httpsOf);
  return oneByOneSchema.parse({
    sessions: "bamf",
    limitSeconds: 0,
    withinSeconds: 60,
    ...change,
    options: { ...bridgeOptions, tunnelAddresses, httpsAddresses, ...change.options },
  });
}
