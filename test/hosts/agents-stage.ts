import { createServer, connect, type AddressInfo, type Server } from "node:net";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runOnHost } from "../../components/hosts/api/run-on-host";
import { startBamfDatabases } from "../lab/bamf/databases";
import { buildBamf } from "../lab/bamf/programs";
import { startStage } from "../lab/bamf/stage";
import type { Overrides } from "../lab/engine/stack-file";
import { ensureHosts, plugHost, removeHosts, type LabHost } from "../lab/hosts/hosts";
import type { Lab } from "../lab/lab";
import { makeProject, type Project } from "../lab/project";
import { run } from "../lab/run";
import { readSettings } from "../lab/settings";
import { addressOf, PATIENT, runningOn, UNIT } from "./two-hosts";

/** Stack of every stage. */
export const AGENTS_STACK = "agents";
/** File of a release for the machine of the lab. */
const ASSET = "bamf-agent-linux-amd64";
/** While it is there on a host, no agent of 0.11.0 starts on it: something that the release needs is missing. */
const CAUSE = "/etc/bamf/cause";

/** Agents on hosts of their own, with a real API that hears them, and a stack that is to upgrade them. */
export interface AgentsStage {
  readonly project: Project;
  readonly host: (name: string) => LabHost;
  /** Sum of the agent of a release. */
  readonly sumOf: (release: string) => string;
  /** What each host executes, by the release that has this sum. */
  readonly running: () => Promise<Readonly<Record<string, string>>>;
  /** Sums of certificate and key of each host's agent. */
  readonly identities: () => Promise<Readonly<Record<string, string>>>;
  /** Has the agent of 0.11.0 fail on one host, until {@link AgentsStage.mend}. */
  readonly damage: (name: string) => Promise<void>;
  readonly mend: (name: string) => Promise<void>;
  /** Runs a command on a host as root. */
  readonly on: (name: string, command: string) => Promise<string>;
  /** Takes a release away from where the files are. */
  readonly withdraw: (release: string) => Promise<void>;
  readonly clear: () => Promise<void>;
}

/** Two canaries and four more; one of these has its agent at the other path that a guide names (T-32). */
export const GROUPS = { canary: ["c1", "c2"], web: ["w1", "w2", "w3", "w4"] } as const;
const NAMES = [...GROUPS.canary, ...GROUPS.web];
const pathOn = (name: string): string =>
  name === "w2" ? "/usr/local/bin/bamf-agent" : "/usr/bin/bamf-agent";

const sumOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Boots six hosts, installs agents of 0.10.0 on them that have joined, and makes their stack at that release; upgrades nothing. */
export async function makeAgentsStage(lab: Lab): Promise<AgentsStage> {
  const settings = readSettings({ ...process.env, LAB_HOME: lab.home });
  const directory = await mkdtemp(join(lab.home, "e2e-agents-"));
  const program = await readFile(await buildBamf(settings));
  const databases = await startBamfDatabases(settings);
  const bamf = await startStage(await buildBamf(settings), await databases.another());
  const { port, close } = await openToHosts(bamf.apiUrl);
  const hosts = new Map(
    (await ensureHosts(settings, NAMES)).map((host) => [host.name, host] as const),
  );
  const host = (name: string): LabHost => {
    const found = hosts.get(name);
    if (found === undefined) throw new Error(`there is no host ${name}`);
    return found;
  };
  const assets = join(directory, "assets");
  const releases = await publish(assets, program);
  const on = (name: string, command: string, input: Uint8Array | string = "") =>
    runOnHost(addressOf(host(name)), ["sh", "-c", command], { ...PATIENT, input });
  for (const name of NAMES)
    await install(on, name, releases.binary("0.10.0"), `http://${gatewayOf(host(name))}:${port}`);
  const { stdout: token } = await run(await buildBamf(settings), [
    "login",
    bamf.redisUrl,
    "admin@lab.example",
    "admin",
  ]);
  const project = await makeProject(lab, {
    directory: join(directory, "project"),
    stateUrl: `file://${join(directory, ".state")}`,
    stacks: {
      [AGENTS_STACK]: {
        config: { "gateways:bamfAgents": configOf(assets, [...hosts.values()], bamf.apiUrl) },
        secrets: { "gateways:bamfAgentsSecrets.BAMF_TOKEN": token.trim() },
      },
    },
  });
  return {
    project,
    host,
    on,
    sumOf: releases.sum,
    running: async () => {
      const found = await Promise.all(
        NAMES.map(async (name) => [name, releases.releaseOf(await runningOn(host(name)))] as const),
      );
      return Object.fromEntries(found);
    },
    identities: async () => {
      const sums = "cd /var/lib/bamf-agent && sha256sum agent.crt agent.key";
      const found = await Promise.all(NAMES.map(async (name) => [name, await on(name, sums)]));
      return Object.fromEntries(found) as Readonly<Record<string, string>>;
    },
    damage: async (name) => {
      await on(name, `touch ${CAUSE}`);
    },
    mend: async (name) => {
      await on(name, `rm -f ${CAUSE}`);
    },
    withdraw: (release) => rm(join(assets, release), { recursive: true }),
    clear: async () => {
      for (const one of hosts.values()) await plugHost(one);
      await removeHosts(settings, NAMES);
      close();
      await bamf.close();
      await databases.remove();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The API listens on this machine's loopback alone: opens a port at which hosts reach it. */
async function openToHosts(url: string): Promise<{ readonly port: number; close: () => void }> {
  const to = Number(new URL(url).port);
  const server: Server = createServer((client) => {
    const api = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [client, api],
      [api, client],
    ] as const)
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    client.pipe(api).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as AddressInfo;
  return { port, close: () => server.close() };
}

/** This machine as a host sees it. */
const gatewayOf = ({ address }: LabHost): string => address.replace(/\.2$/, ".1");

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
  return {
    binary,
    sum: (release: string) => sumOf(binary(release)),
    releaseOf: (sum: string) => sums.get(sum) ?? sum,
  };
}

/** Installs an agent as its package does, with a certificate of its own from the API, enabled and started. */
async function install(
  on: (name: string, command: string, input?: Uint8Array | string) => Promise<string>,
  name: string,
  binary: Uint8Array,
  api: string,
): Promise<void> {
  const path = pathOn(name);
  await on(name, `cat >${path}.part && chmod 755 ${path}.part && mv ${path}.part ${path}`, binary);
  const config = [
    `platform_url: ${api}`,
    "join_token: join",
    `agent_name: ${name}`,
    "data_dir: /var/lib/bamf-agent",
    "",
  ].join("\n");
  await on(name, "mkdir -p /etc/bamf && cat >/etc/bamf/agent.yaml", config);
  const unit = [
    "[Service]",
    `ExecStartPre=/bin/sh -c '! test -f ${CAUSE} || ! tail -c 8 ${path} | grep -q 0.11.0'`,
    `ExecStart=${path} agent --config /etc/bamf/agent.yaml`,
    "Environment=BAMF_LAB_HEARTBEAT=5s",
    "Restart=on-failure",
    "RestartSec=1",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
  await on(name, `cat >/etc/systemd/system/${UNIT}.service`, unit);
  await on(name, `systemctl daemon-reload && systemctl enable --now ${UNIT}`);
  const isReady = "curl -fsS --retry 30 --retry-delay 1 --retry-all-errors";
  await on(name, `${isReady} http://127.0.0.1:8081/ready`);
}

const configOf = (assets: string, hosts: readonly LabHost[], url: string): Overrides => ({
  version: "0.10.0",
  hosts: {
    user: hosts[0]?.user,
    identity: hosts[0]?.identity,
    assets: { folder: join(assets, "{version}") },
    groups: [
      { name: "canary", size: 1 },
      { name: "web", size: 2, mayMiss: 25 },
    ],
    inventory: Object.fromEntries(
      hosts.map(({ name, address, hostKey }) => [
        name,
        { address, hostKey, group: name.startsWith("c") ? "canary" : "web" },
      ]),
    ),
  },
  api: { release: "0.11.0", url },
  notesRead: "0.11.0",
  consents: { major: { release: "0.11.0", reason: "read and agreed" } },
  rollout: { readyWithinSeconds: 40 },
  verify: { seconds: 3 },
});
