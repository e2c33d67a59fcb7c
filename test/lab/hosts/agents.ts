import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startBamfDatabases } from "../bamf/databases";
import { buildBamf } from "../bamf/programs";
import { startStage, type Client } from "../bamf/stage";
import { keyOf } from "../cache";
import type { Overrides } from "../engine/stack-file";
import type { Lab } from "../lab";
import { withLock } from "../lock";
import { makeProject, type Project } from "../project";
import { run } from "../run";
import { readSettings, type Settings } from "../settings";
import { ensureHosts, plugHost, removeHosts, type LabHost } from "./hosts";
import { asRoot, CAUSE, installAgent, TRACES, UNIT, type Kind } from "./install-agent";
import { publish, serve, type FileServer } from "./releases";

/** Stack of every stage. */
export const AGENTS_STACK = "agents";
/** Names of hosts by their group. */
export interface Groups {
  readonly canary: readonly string[];
  readonly web: readonly string[];
}
/** Two canaries and four more. */
export const SIX: Groups = { canary: ["c1", "c2"], web: ["w1", "w2", "w3", "w4"] };

/** All hosts of the groups, in their order. */
export const hostsOf = ({ canary, web }: Groups): readonly string[] => [...canary, ...web];

/** An address of this machine that every host reaches by its one cable. */
const HERE = "10.247.255.1";

/** What a stage has that others do not. */
export interface StageOptions {
  /** What is odd about hosts, by their names. @defaultValue w2 has its agent at the other path */
  readonly kinds?: Readonly<Record<string, Kind>>;
  /** True if hosts fetch releases from the server of files. @defaultValue false: they are sent from a folder */
  readonly fetched?: boolean;
}

/** Agents on hosts of their own, with an API that hears them and a bridge, and a stack that is to upgrade them. */
export interface AgentsStage {
  readonly project: Project;
  readonly host: (name: string) => LabHost;
  /** What the inventory of the stack file says of a host. */
  readonly entryOf: (name: string) => object;
  /** Sum of the agent of a release. */
  readonly sumOf: (release: string) => string;
  /** What each host executes, by the release that has this sum. */
  readonly running: () => Promise<Readonly<Record<string, string>>>;
  /** Certificate and key of each host's agent. */
  readonly identities: () => Promise<Readonly<Record<string, string>>>;
  /** What anything that was done to a host would have changed. */
  readonly traces: () => Promise<Readonly<Record<string, string>>>;
  /** Opens tunnels through the agent of a host, which carry bytes until they are cut. */
  readonly hold: (name: string, tunnels: number) => Promise<Client>;
  /** Has the agent of 0.11.0 fail on one host, until {@link AgentsStage.mend}. */
  readonly damage: (name: string) => Promise<void>;
  readonly mend: (name: string) => Promise<void>;
  /** Runs a command on a host as root. */
  readonly on: (name: string, command: string) => Promise<string>;
  /** Serves both releases at an address that hosts reach. */
  readonly files: FileServer;
  /** Takes a release away from where the files are. */
  readonly withdraw: (release: string) => Promise<void>;
  readonly clear: () => Promise<void>;
}

/**
 * Boots hosts, installs agents of 0.10.0 on them that have joined, and makes their stack at that release; upgrades nothing. Stages have their turns in a lab: names of hosts and an address are
 * the same for all.
 *
 * @param directory - for all that it makes
 */
export async function makeAgentsStage(
  lab: Lab,
  directory: string,
  groups: Groups,
  options: StageOptions = {},
): Promise<AgentsStage> {
  const settings = readSettings({ ...process.env, LAB_HOME: lab.home });
  const endTurn = await takeTurn(settings);
  try {
    const stage = await build(lab, { settings, directory, groups, ...options });
    return { ...stage, clear: () => stage.clear().finally(endTurn) };
  } catch (error) {
    await endTurn();
    throw error;
  }
}

/** Waits until no other stage of this lab is up. @returns what ends the turn; the end of this process does, too */
const takeTurn = ({ cache, home }: Settings): Promise<() => Promise<void>> =>
  new Promise((resolve, reject) => {
    const whole = withLock(
      join(cache, `lock-agents-${keyOf([home])}`),
      () => undefined,
      () =>
        new Promise<void>((end) => {
          resolve(() => {
            end();
            return whole;
          });
        }),
    );
    whole.catch(reject);
  });

interface Building extends StageOptions {
  readonly settings: Settings;
  readonly directory: string;
  readonly groups: Groups;
}

async function build(
  lab: Lab,
  { settings, directory, groups, kinds = { w2: "other path" }, fetched = false }: Building,
): Promise<AgentsStage> {
  const names = hostsOf(groups);
  // What an earlier one has left would know another API.
  await removeHosts(settings, names);
  await rm(directory, { recursive: true, force: true });
  const assets = join(directory, "assets");
  await mkdir(assets, { recursive: true });
  const binary = await buildBamf(settings);
  const program = await readFile(binary);
  const databases = await startBamfDatabases(settings);
  await run("ip", ["address", "replace", `${HERE}/32`, "dev", "lo"]);
  const bamf = await startStage(binary, await databases.another(), {}, { address: HERE });
  await bamf.startBridge(0);
  const i686 = names.filter((name) => kinds[name] === "i686");
  const all = await ensureHosts(settings, names, undefined, { i686 });
  const host = (name: string): LabHost => {
    const found = all.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no host ${name}`);
    return found;
  };
  const releases = await publish(assets, program);
  const files = await serve(assets, HERE);
  const agent = { program, agent: releases.binary("0.10.0"), api: bamf.apiUrl };
  await Promise.all(all.map((one) => installAgent(one, { ...agent, kind: kinds[one.name] })));
  const login = await run(binary, ["login", bamf.redisUrl, "admin@lab.example", "admin"]);
  const from = fetched ? { url: files.url } : { folder: join(assets, "{version}") };
  const project = await makeProject(lab, {
    directory: join(directory, "project"),
    stateUrl: `file://${join(directory, ".state")}`,
    stacks: {
      [AGENTS_STACK]: {
        config: { "gateways:bamfAgents": configOf(from, all, bamf.apiUrl) },
        secrets: { "gateways:bamfAgentsSecrets.BAMF_TOKEN": login.stdout.trim() },
      },
    },
  });
  return {
    project,
    host,
    entryOf: (name) => entryOf(host(name)),
    ...onHosts(all, host, releases.releaseOf),
    sumOf: releases.sumOf,
    hold: (name, tunnels) =>
      bamf.startClient("-hold", String(tunnels), "-resource", `echo-${name}`),
    files,
    withdraw: (release) => rm(join(assets, release), { recursive: true }),
    clear: async () => {
      for (const one of all) await plugHost(one);
      await removeHosts(settings, names);
      await files.stop();
      await bamf.close();
      await databases.remove();
      await run("ip", ["address", "delete", `${HERE}/32`, "dev", "lo"], { reject: false });
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What is asked of hosts, and done to them, past the program. */
function onHosts(
  all: readonly LabHost[],
  host: (name: string) => LabHost,
  releaseOf: (sum: string) => string,
) {
  const on = (name: string, command: string) => asRoot(host(name), command);
  const ofEach = async (command: string) =>
    Object.fromEntries(
      await Promise.all(all.map(async ({ name }) => [name, await on(name, command)] as const)),
    );
  return {
    on,
    running: async () => {
      const pid = `$(systemctl show --property=MainPID --value ${UNIT})`;
      const sums = await ofEach(`sha256sum </proc/${pid}/exe | cut -d' ' -f1`);
      return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, releaseOf(sum)]));
    },
    identities: () => ofEach("cd /var/lib/bamf-agent && sha256sum agent.crt agent.key"),
    traces: () => ofEach(TRACES),
    damage: (name: string) => writeFile(join(host(name).root, CAUSE), ""),
    mend: (name: string) => rm(join(host(name).root, CAUSE), { force: true }),
  };
}

const entryOf = ({ name, address, hostKey }: LabHost) => ({
  address,
  hostKey,
  group: name.startsWith("c") ? "canary" : "web",
});

const configOf = (assets: object, hosts: readonly LabHost[], url: string): Overrides => ({
  version: "0.10.0",
  hosts: {
    user: hosts[0]?.user,
    identity: hosts[0]?.identity,
    // They share the processors of this machine with all else that is tested.
    answerWithinSeconds: 90,
    assets,
    groups: [
      { name: "canary", size: 1 },
      { name: "web", size: 2, mayMiss: 50 },
    ],
    inventory: Object.fromEntries(hosts.map((host) => [host.name, entryOf(host)])),
  },
  api: { release: "0.11.0", url },
  rollout: { readyWithinSeconds: 90 },
  verify: { seconds: 3 },
});
