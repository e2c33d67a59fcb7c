import { createHash } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { startBamfDatabases } from "../bamf/databases";
import { buildBamf } from "../bamf/programs";
import { startStage, type Client } from "../bamf/stage";
import type { Overrides } from "../engine/stack-file";
import type { Lab } from "../lab";
import { makeProject, type Project } from "../project";
import { run } from "../run";
import { readSettings } from "../settings";
import { ensureHosts, plugHost, removeHosts, unitOf, type LabHost } from "./hosts";

/** Stack of every stage. */
export const AGENTS_STACK = "agents";
/** Names of hosts by their group. */
export interface Groups {
  readonly canary: readonly string[];
  readonly web: readonly string[];
}
/** Two canaries and four more. */
export const SIX: Groups = { canary: ["c1", "c2"], web: ["w1", "w2", "w3", "w4"] };
/** The host that has its agent at the other path that a guide names (T-32). */
const OTHER_PATH = "w2";

/** All hosts of the groups, in their order. */
export const hostsOf = ({ canary, web }: Groups): readonly string[] => [...canary, ...web];

const UNIT = "bamf-agent";
/** File of a release for the machine of the lab. */
const ASSET = "bamf-agent-linux-amd64";
/** An address of this machine that every host reaches by its one cable. */
const HERE = "10.247.255.1";
/** While it is there on a host, no agent of 0.11.0 starts on it: something that the release needs is missing. */
const CAUSE = "etc/bamf/cause";
/** Where each host has what tunnels through its agent lead to. */
const ECHO = "127.0.0.1:7000";

/** Agents on hosts of their own, with an API that hears them and a bridge, and a stack that is to upgrade them. */
export interface AgentsStage {
  readonly project: Project;
  readonly host: (name: string) => LabHost;
  /** Sum of the agent of a release. */
  readonly sumOf: (release: string) => string;
  /** What each host executes, by the release that has this sum. */
  readonly running: () => Promise<Readonly<Record<string, string>>>;
  /** Certificate and key of each host's agent. */
  readonly identities: () => Promise<Readonly<Record<string, string>>>;
  /** Opens tunnels through the agent of a host, which carry bytes until they are cut. */
  readonly hold: (name: string, tunnels: number) => Promise<Client>;
  /** Has the agent of 0.11.0 fail on one host, until {@link AgentsStage.mend}. */
  readonly damage: (name: string) => Promise<void>;
  readonly mend: (name: string) => Promise<void>;
  /** Runs a command on a host as root. */
  readonly on: (name: string, command: string) => Promise<string>;
  /** Takes a release away from where the files are. */
  readonly withdraw: (release: string) => Promise<void>;
  readonly clear: () => Promise<void>;
}

const sumOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Boots hosts, installs agents of 0.10.0 on them that have joined, and makes their stack at that release; upgrades nothing. @param directory - for all that it makes */
export async function makeAgentsStage(
  lab: Lab,
  directory: string,
  groups: Groups,
): Promise<AgentsStage> {
  const names = hostsOf(groups);
  const settings = readSettings({ ...process.env, LAB_HOME: lab.home });
  // What an earlier one has left would know another API.
  await removeHosts(settings, names);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const binary = await buildBamf(settings);
  const program = await readFile(binary);
  const databases = await startBamfDatabases(settings);
  await run("ip", ["address", "replace", `${HERE}/32`, "dev", "lo"]);
  const bamf = await startStage(binary, await databases.another(), {}, { address: HERE });
  await bamf.startBridge(0);
  const all = await ensureHosts(settings, names);
  const host = (name: string): LabHost => {
    const found = all.find((one) => one.name === name);
    if (found === undefined) throw new Error(`there is no host ${name}`);
    return found;
  };
  const releases = await publish(join(directory, "assets"), program);
  await Promise.all(
    all.map((one) => install(one, { program, agent: releases.binary("0.10.0"), api: bamf.apiUrl })),
  );
  const login = await run(binary, ["login", bamf.redisUrl, "admin@lab.example", "admin"]);
  const project = await makeProject(lab, {
    directory: join(directory, "project"),
    stateUrl: `file://${join(directory, ".state")}`,
    stacks: {
      [AGENTS_STACK]: {
        config: {
          "gateways:bamfAgents": configOf(join(directory, "assets"), all, bamf.apiUrl),
        },
        secrets: { "gateways:bamfAgentsSecrets.BAMF_TOKEN": login.stdout.trim() },
      },
    },
  });
  const ofEach = async (ask: (name: string) => Promise<string>) =>
    Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await ask(name)] as const)),
    );
  const on = (name: string, command: string) => asRoot(host(name), command);
  return {
    project,
    host,
    on,
    sumOf: (release) => sumOf(releases.binary(release)),
    running: () =>
      ofEach(async (name) => {
        const pid = `$(systemctl show --property=MainPID --value ${UNIT})`;
        return releases.releaseOf(await on(name, `sha256sum </proc/${pid}/exe | cut -d' ' -f1`));
      }),
    identities: () =>
      ofEach((name) => on(name, "cd /var/lib/bamf-agent && sha256sum agent.crt agent.key")),
    hold: (name, tunnels) =>
      bamf.startClient("-hold", String(tunnels), "-resource", `echo-${name}`),
    damage: (name) => writeFile(join(host(name).root, CAUSE), ""),
    mend: (name) => rm(join(host(name).root, CAUSE), { force: true }),
    withdraw: (release) => rm(join(directory, "assets", release), { recursive: true }),
    clear: async () => {
      for (const one of all) await plugHost(one);
      await removeHosts(settings, names);
      await bamf.close();
      await databases.remove();
      await run("ip", ["address", "delete", `${HERE}/32`, "dev", "lo"], { reject: false });
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Runs a command on a host. */
async function asRoot({ user, address, identity }: LabHost, command: string): Promise<string> {
  const quiet = ["BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"];
  const options = [...quiet, "LogLevel=ERROR", "ConnectTimeout=30"].flatMap((one) => ["-o", one]);
  const words = `sudo sh -c '${command.replaceAll("'", `'\\''`)}'`;
  const { stdout } = await run("ssh", [...options, "-i", identity, `${user}@${address}`, words]);
  return stdout;
}

/** Leaves the files of both releases in a folder. One program is both: they are told apart by what is behind its end. */
async function publish(folder: string, program: Uint8Array) {
  const binary = (release: string) => Buffer.concat([program, Buffer.from(`\n${release}\n`)]);
  const releases = ["0.10.0", "0.11.0"];
  for (const release of releases) {
    await mkdir(join(folder, release), { recursive: true });
    await writeFile(join(folder, release, ASSET), binary(release));
    const list = `${sumOf(binary(release))}  ${ASSET}\n`;
    await writeFile(join(folder, release, "checksums.txt"), list);
  }
  const sums = new Map(releases.map((release) => [sumOf(binary(release)), release]));
  return { binary, releaseOf: (sum: string) => sums.get(sum.trim()) ?? sum };
}

/** Installs an agent as its package does, with a certificate of its own from the API, enabled and started, and what its tunnels lead to. */
async function install(
  host: LabHost,
  {
    program,
    agent,
    api,
  }: { readonly program: Uint8Array; readonly agent: Uint8Array; readonly api: string },
): Promise<void> {
  const { name, root, address } = host;
  const path = name === OTHER_PATH ? "/usr/local/bin/bamf-agent" : "/usr/bin/bamf-agent";
  const put = async (file: string, content: Uint8Array | string) => {
    const target = join(root, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(`${target}.part`, content);
    await chmod(`${target}.part`, 0o755);
    await rename(`${target}.part`, target);
  };
  await rm(join(root, CAUSE), { force: true });
  await put(path, agent);
  await put("usr/local/bin/bamf-echo", program);
  await put(
    "etc/bamf/agent.yaml",
    [
      `platform_url: ${api}`,
      "join_token: join",
      `agent_name: ${name}`,
      "data_dir: /var/lib/bamf-agent",
      `resources: [{ name: echo-${name}, type: tcp, hostname: 127.0.0.1, port: 7000 }]`,
      "",
    ].join("\n"),
  );
  await put(
    `etc/systemd/system/${UNIT}.service`,
    unitOf(`${path} agent --config /etc/bamf/agent.yaml`, [
      `ExecStartPre=/bin/sh -c '! test -f /${CAUSE} || ! tail -c 8 ${path} | grep -q 0.11.0'`,
      "Environment=BAMF_LAB_HEARTBEAT=5s",
    ]),
  );
  await put(
    "etc/systemd/system/bamf-echo.service",
    unitOf(`/usr/local/bin/bamf-echo echo ${ECHO}`),
  );
  const ready = "curl -fsS --retry 60 --retry-delay 1 --retry-all-errors";
  await asRoot(
    host,
    [
      `ip route replace default via ${address.replace(/\.2$/, ".1")}`,
      "systemctl daemon-reload",
      `systemctl enable --now bamf-echo ${UNIT}`,
      `${ready} http://127.0.0.1:8081/ready`,
    ].join(" && "),
  );
}

const configOf = (assets: string, hosts: readonly LabHost[], url: string): Overrides => ({
  version: "0.10.0",
  hosts: {
    user: hosts[0]?.user,
    identity: hosts[0]?.identity,
    // They share the processors of this machine with all else that is tested.
    answerWithinSeconds: 90,
    assets: { folder: join(assets, "{version}") },
    groups: [
      { name: "canary", size: 1 },
      { name: "web", size: 2, mayMiss: 50 },
    ],
    inventory: Object.fromEntries(
      hosts.map(({ name, address, hostKey }) => [
        name,
        { address, hostKey, group: name.startsWith("c") ? "canary" : "web" },
      ]),
    ),
  },
  api: { release: "0.11.0", url },
  rollout: { readyWithinSeconds: 90 },
  verify: { seconds: 3 },
});
