import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { OneByOneTask } from "../../../components/steps/rollout-input";
import type { Container, OneByOne, Platform } from "../../../components/upgrade/platform";
import type { Agent, Stage } from "../../lab/bamf/stage";
import { instance, look, memoryPlatform } from "../../steps/memory-platform";

export const AGENTS = "bamf-agent";

/** Agents of a stage: the old ones stand beside the new ones until they are told to stop. */
export interface StagedAgents {
  readonly platform: Platform;
  readonly old: Map<string, Agent>;
  readonly fresh: Map<string, Agent>;
}

/** A platform whose agents are processes of a stage, all of one identity, and whose API pod is this machine. */
export async function stageAgents(stage: Stage, names: readonly string[]): Promise<StagedAgents> {
  const old = new Map<string, Agent>();
  const fresh = new Map<string, Agent>();
  for (const name of names) old.set(name, await stage.startAgent(name));
  const here: Container = {
    words: "pod bamf/bamf-api-a",
    command: ([, ...args]) => ({ file: "/usr/bin/python3", args }),
    reachFix: "see why it has ended",
  };
  const oneByOne: OneByOne = {
    hold: () => Promise.resolve(),
    waiting: async () => {
      for (const name of names)
        if (!fresh.has(`new-${name}`))
          fresh.set(`new-${name}`, await stage.startAgent(`new-${name}`));
      return [...old.keys()];
    },
    replace: async (name) => {
      await old.get(name)?.stop();
      old.delete(name);
    },
  };
  const { platform } = memoryPlatform([], {
    runningImages: (_, container) => Promise.resolve([`ghcr.io/bamf-${container}:v0.11.0`]),
    look: (workload) => {
      const found = workload === AGENTS ? [...fresh.keys()] : ["bamf-api-a"];
      const older = workload === AGENTS ? [...old.keys()] : [];
      const named = (names: readonly string[]) => names.map((name) => instance(name));
      return Promise.resolve(look({ instances: named(found), older: named(older) }));
    },
    oneByOne: () => oneByOne,
    findContainer: () => Promise.resolve(here),
    log: ({ instance: name }) => (old.get(name) ?? fresh.get(name))?.log() ?? Promise.resolve([]),
    ask: async (to, path) => {
      if (!("instance" in to)) return undefined;
      const agent = old.get(to.instance) ?? fresh.get(to.instance);
      const reply = await fetch(`${agent?.url ?? ""}${path}`).catch(() => undefined);
      return reply && { status: reply.status, body: await reply.text() };
    },
  });
  return { platform, old, fresh };
}

/** Rolls the agents in a process of its own, which is killed once it says or asks something. @returns how it ended */
export async function killRoll(
  { platform }: StagedAgents,
  task: OneByOneTask,
  { env, when, say }: { env: NodeJS.ProcessEnv; when: RegExp; say: (line: string) => void },
): Promise<NodeJS.Signals | null> {
  const child = fork(join(import.meta.dirname, "roll-child.ts"), [], {
    execArgv: ["--import", "tsx"],
    env,
  });
  const ended = once(child, "exit");
  const turns = platform.oneByOne(AGENTS);
  const answer = (call: string, args: readonly unknown[]): Promise<unknown> => {
    if (call === "waiting") return turns.waiting();
    if (call === "replace") return turns.replace(String(args[0]), 60);
    const method = platform[call as "look"] as (...given: readonly unknown[]) => Promise<unknown>;
    return method(...args);
  };
  child.on("message", (asked: { number: number; call: string; args: unknown[]; said?: string }) => {
    if (asked.said !== undefined) say(asked.said);
    if (when.test(asked.said ?? asked.call)) child.kill("SIGKILL");
    if (asked.said !== undefined) return;
    void answer(asked.call, asked.args).then((value) => {
      if (child.connected) child.send({ number: asked.number, value });
    });
  });
  child.send({ task, workload: AGENTS });
  await ended;
  return child.signalCode;
}
