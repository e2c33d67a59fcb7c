import { spawn } from "node:child_process";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import {
  bringProgram,
  lookAtAgent,
  stageAgent,
  startSwap,
} from "../../components/hosts/api/agent-program";
import { HostFailure, runOnHost } from "../../components/hosts/api/run-on-host";
import { hostFacts } from "../../components/hosts/facts/host-facts";
import { valueOf } from "../../components/hosts/facts/host-lines";
import { hostsOverSsh } from "../../components/hosts/roll/over-ssh";
import { rollGroups } from "../../components/hosts/roll/roll-groups";
import { ensureHosts, plugHost, removeHosts, unplugHost, type LabHost } from "../lab/hosts/hosts";
import { readSettings } from "../lab/settings";
import {
  addressOf,
  installAgent,
  PATIENT,
  resultOf,
  runningOn,
  standIns,
  sumOf,
  swapTo,
  UNIT,
  wanted,
} from "./two-hosts";

const settings = readSettings(process.env);
const PATH = "/usr/local/bin/bamf-agent";
/** These stand-ins say nothing of tunnels: only a consent covers them. */
const BY_CONSENT = {
  policy: "cut",
  limitSeconds: 0,
  consented: new Map([
    ["canary", 0],
    ["rest", 0],
  ]),
} as const;
let one: LabHost;
let other: LabHost;
let binaries: Awaited<ReturnType<typeof standIns>>;

beforeAll(async () => {
  const hosts = await ensureHosts(settings, ["one", "other"]);
  [one, other] = [hosts[0]!, hosts[1]!];
  binaries = await standIns();
});
afterAll(() => removeHosts(settings, ["one", "other"]));
beforeEach(() => installAgent(one, PATH, binaries.old));

test("two hosts are looked at by SSH, each by the key that is pinned for it, and nothing is written there", async () => {
  await installAgent(other, "/usr/bin/bamf-agent", binaries.old);
  const [here, there] = await Promise.all(
    [one, other].map(async (host) => hostFacts(await lookAtAgent(addressOf(host), UNIT, PATIENT))),
  );
  expect(here).toMatchObject({
    binary: PATH,
    unit: { isThere: true, state: "active", enabled: "enabled" },
  });
  expect(here?.running).toBe(sumOf(binaries.old));
  expect(there?.binary).toBe("/usr/bin/bamf-agent");
  await expect(runOnHost(addressOf(one), ["ls", "/var/lib/gateways"])).rejects.toThrow(
    /No such file/,
  );
});

test("a unit that has ended on one host may be started anew, although one of its name is at work on another", async () => {
  const start = (host: LabHost, ...words: readonly string[]) =>
    runOnHost(
      addressOf(host),
      ["systemd-run", "--quiet", "--collect", "--unit=same", ...words],
      PATIENT,
    );
  await start(other, "sleep", "60");
  for (let time = 0; time < 3; time += 1) await start(one, "--wait", "true");
  await runOnHost(addressOf(other), ["systemctl", "stop", "same"], PATIENT);
});

test("a host with another key than the pinned one is not spoken to", async () => {
  const failure = await lookAtAgent({ ...addressOf(one), hostKey: other.hostKey }, UNIT).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(HostFailure);
  expect(failure).toMatchObject({
    isUnreachable: true,
    reason: expect.stringMatching(/Host key verification failed/) as string,
  });
});

test("a host behind a broken cable, and one that takes a connection and says nothing, are findings after their time, and never a hang", async () => {
  await unplugHost(one);
  await expect(lookAtAgent(addressOf(one), UNIT, { limitSeconds: 5 })).rejects.toMatchObject({
    isUnreachable: true,
  });
  await plugHost(one);
  const open = new Set<Socket>();
  const silent = createServer((socket) => open.add(socket));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const nobody = { ...addressOf(one), address: "127.0.0.1", port };
  await expect(lookAtAgent(nobody, UNIT, { limitSeconds: 3 })).rejects.toMatchObject({
    isUnreachable: true,
    reason: "no answer within 3 s",
  });
});

test("an agent is swapped by the systemd of its host, which runs the wanted file afterwards, with the capabilities of the old one (B-36, B-37, B-38)", async () => {
  const onFile = (program: string, ...words: readonly string[]) =>
    runOnHost(addressOf(one), [program, ...words, PATH], PATIENT);
  await onFile("setcap", "cap_net_bind_service+ep");
  const result = await swapTo(one, binaries.good, "0.11.0");
  expect(valueOf(result, "outcome")).toBe("swapped");
  expect(await runningOn(one)).toBe(sumOf(binaries.good));
  expect(await onFile("getcap")).toContain("cap_net_bind_service");
  const facts = hostFacts(await lookAtAgent(addressOf(one), UNIT, PATIENT));
  expect(facts).toMatchObject({
    kept: sumOf(binaries.old),
    unit: { state: "active", enabled: "enabled" },
  });
});

test("a release that does not come up is back at the old one, and the host remembers it", async () => {
  const result = await swapTo(one, binaries.bad, "0.11.1");
  expect(valueOf(result, "outcome")).toBe("swapped-back");
  expect(await runningOn(one)).toBe(sumOf(binaries.old));
  const { failed } = hostFacts(await lookAtAgent(addressOf(one), UNIT, PATIENT));
  expect(failed).toMatchObject([{ sha256: sumOf(binaries.bad), release: "0.11.1" }]);
});

test("a swap whose program is killed is run again by systemd, and one whose connection is gone ends without it (B-38)", async () => {
  const address = addressOf(one);
  await bringProgram(address);
  await stageAgent(address, wanted(binaries.good, "0.11.0"), { binary: binaries.good });
  await startSwap(address, wanted(binaries.good, "0.11.0"), { ready: "-", withinSeconds: 120 });
  await runOnHost(address, ["systemctl", "kill", "--signal=SIGKILL", `gateways-swap-${UNIT}`]);
  expect(valueOf(await resultOf(one), "outcome")).toBe("swapped");
  expect(await runningOn(one)).toBe(sumOf(binaries.good));
});

test("a disk without room for a second binary refuses it, and the agent is as it was", async () => {
  const address = addressOf(one);
  const folder = "/opt/small";
  const size = Math.ceil((binaries.old.length * 1.5) / 1024);
  const mount = `mkdir -p ${folder} && mount -t tmpfs -o size=${size}k tmpfs ${folder}`;
  await runOnHost(address, ["sh", "-c", mount], PATIENT);
  await installAgent(one, `${folder}/bamf-agent`, binaries.old);
  await bringProgram(address);
  const staged = await stageAgent(address, wanted(binaries.good, "0.11.0"), {
    binary: binaries.good,
  });
  expect(valueOf(staged, "outcome")).toBe("refused");
  expect(valueOf(staged, "reason")).toBe(`no room beside ${folder}/bamf-agent`);
  expect(await runningOn(one)).toBe(sumOf(binaries.old));
  const { sha256, freeKiB } = hostFacts(await lookAtAgent(address, UNIT, PATIENT));
  expect(sha256).toBe(sumOf(binaries.old));
  expect(freeKiB).toBeLessThan(size);
});

test("a transfer that is cut off leaves the agent as it was, and the next one takes its place", async () => {
  const address = addressOf(one);
  await bringProgram(address);
  const words = [
    "-o",
    "BatchMode=yes",
    "-o",
    "StrictHostKeyChecking=no",
    "-o",
    "UserKnownHostsFile=/dev/null",
    "-i",
    one.identity,
  ];
  const child = spawn(
    "ssh",
    [
      ...words,
      `${one.user}@${one.address}`,
      `sudo sh /var/lib/gateways/agent.sh stage ${UNIT} ${sumOf(binaries.good)}`,
    ],
    { stdio: ["pipe", "ignore", "ignore"] },
  );
  child.stdin.on("error", () => undefined).write(binaries.good.subarray(0, 5000));
  await pause(1500);
  child.kill("SIGKILL");
  expect(await runningOn(one)).toBe(sumOf(binaries.old));
  expect(valueOf(await swapTo(one, binaries.good, "0.11.0"), "outcome")).toBe("swapped");
});

test("groups of hosts are rolled over SSH: a canary that fails halts before the next host, and a release that works goes to both; the way back sends nothing (B-37, B-38)", async () => {
  await installAgent(other, "/usr/bin/bamf-agent", binaries.old);
  const hosts = new Map(
    [one, other].map((host) => [host.name, { ...addressOf(host), unit: UNIT }]),
  );
  const groups = [
    { name: "canary", size: 1, mayMiss: 0, hosts: [one.name] },
    { name: "rest", size: 5, mayMiss: 0, hosts: [other.name] },
  ];
  const sent: string[] = [];
  const roll = (binary: Buffer, release: string) => {
    const access = hostsOverSsh(hosts, {
      binary: (sum) => {
        sent.push(sum);
        return Promise.resolve(binary);
      },
      ready: "-",
      withinSeconds: 60,
      lookSeconds: 60,
    });
    const wantedHere = { release, sha256: sumOf(binary), sizeKiB: 100 };
    return rollGroups({ groups, wanted: () => wantedHere, tunnels: BY_CONSENT }, access, {
      env: {},
      say: () => undefined,
    });
  };
  await expect(roll(binaries.bad, "0.11.1")).rejects.toThrow(
    /halted: one failed; .* 1 host not touched/,
  );
  expect(await runningOn(other)).toBe(sumOf(binaries.old));
  await roll(binaries.good, "0.11.0");
  for (const host of [one, other]) expect(await runningOn(host)).toBe(sumOf(binaries.good));
  sent.length = 0;
  await roll(binaries.old, "0.10.0");
  for (const host of [one, other]) expect(await runningOn(host)).toBe(sumOf(binaries.old));
  expect(sent).toEqual([]);
});
