import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import {
  AGENTS_STACK as STACK,
  hostsOf,
  makeAgentsStage,
  SIX,
  type AgentsStage,
} from "../lab/hosts/agents";
import { loseHost, plugHost } from "../lab/hosts/hosts";
import { fillDisk, freeDisk } from "../lab/hosts/install-agent";
import { connectLab } from "../lab/lab";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
/** Which gates block, and where. */
const blocksIn = ({ all }: PulumiRun) =>
  [...new Set([...all.matchAll(/BLOCK (\S+ at .*?): /g)].map(([, place]) => place))].sort();
const well = (run: PulumiRun) => {
  expect(run.exitCode, run.all).toBe(0);
};
/** The host that is no agent's place, and those that are. */
const STRANGE = "w3";
const OURS = hostsOf(SIX).filter((name) => name !== STRANGE);
const on = (release: string) => ({
  ...Object.fromEntries(OURS.map((name) => [name, release])),
  [STRANGE]: "0.10.0",
});

/**
 * Six real hosts, each of which has something that others do not: c1 takes 3 s for each login, c2 has its agent at the other path, w1 loses all that is sent to it, the disk of w2 fills up, w3 is of
 * another machine, the unit of w4 is disabled. They fetch releases from a server of files that has an error page at first. Told step by step: each test goes on where the one before it ended.
 */
describe("agents on odd hosts", () => {
  let stage: AgentsStage;
  let identities: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const lab = await connectLab();
    const directory = await mkdtemp(join(lab.home, "e2e-odd-hosts-"));
    stage = await makeAgentsStage(lab, directory, SIX, {
      kinds: { c1: "slow", c2: "other path", w2: "small disk", [STRANGE]: "i686" },
      fetched: true,
    });
    identities = await stage.identities();
    await inventory({ [STRANGE]: null });
  });
  afterAll(() => stage.clear());

  const up = () => stage.project.up(STACK);
  const preview = () => stage.project.preview(STACK);
  const to = (version: string) => stage.project.setVersion(STACK, version, "bamfAgents");
  const configure = (more: object) =>
    stage.project.configure(STACK, { "gateways:bamfAgents": more });
  const inventory = (hosts: object) => configure({ hosts: { inventory: hosts } });
  const evidence = async () => (await stage.project.outputs(STACK))["bamfAgentsEvidence"];
  /** When the agent of each host was started, by the one clock that they all have. */
  const starts = async () =>
    Object.fromEntries(
      Object.entries(await stage.traces()).map(([name, text]) => [
        name,
        Number(/ActiveEnterTimestampMonotonic=(\d+)/.exec(text)?.[1]),
      ]),
    );

  test("are taken as they run, by the sums that a server of files tells: the slow one, the one with its agent at the other path and the one with a disk for it among them (B-36, T-32)", async () => {
    const before = await stage.traces();
    const run = await up();
    well(run);
    expect(run.all).toContain("the API hears 5 agents");
    expect(await stage.running()).toEqual(on("0.10.0"));
    expect(await evidence()).toMatchObject({
      version: "0.10.0",
      digests: Object.fromEntries(
        OURS.map((name) => [
          `${name.startsWith("c") ? "canary" : "web"}/${name}`,
          `sha256:${stage.sumOf("0.10.0")}`,
        ]),
      ),
    });
    // Its note is all that they have of it.
    const after = await stage.traces();
    expect(after[STRANGE]).toBe(before[STRANGE]);
    expect(await stage.on("c1", "find /var/lib/gateways -type f")).toBe(
      "/var/lib/gateways/bamf-agent/owner",
    );
  });

  test("are findings of one preview, each with its host, what was found and what to do, and so is the error page in the place of the release; no host is touched (T-31, T-43, B-36, B-38)", async () => {
    await to("0.11.0");
    const reason = "announced, read and agreed";
    await configure({
      notesRead: "0.11.0",
      consents: { major: { release: "0.11.0", reason } },
    });
    await inventory({ [STRANGE]: stage.entryOf(STRANGE) });
    await stage.on("w2", fillDisk);
    await stage.on("w4", "systemctl disable bamf-agent");
    stage.files.hide(/^\/0\.11\.0\//);
    const before = await stage.traces();
    await loseHost(stage.host("w1"));
    const began = Date.now();
    const run = await preview();
    // Nobody waits for it longer than for an answer of any host, whatever else is under way on this machine.
    expect(Date.now() - began).toBeLessThan(180_000);
    await plugHost(stage.host("w1"));
    expect(await stage.traces()).toEqual(before);

    expect(run.exitCode).not.toBe(0);
    expect(blocksIn(run)).toEqual([
      "agent-unit at host w4",
      "host-machine at host w3",
      "host-room at host w2",
    ]);
    for (const finding of [
      /WARN host-reach at group web: found 3 of 4 hosts answer; w1: [^\n]*(timed out|no answer)[^\n]*; expected [^\n]*. Fix: see that ssh reaches it/,
      /BLOCK host-machine at host w3: found machine i686; expected one of x86_64[^\n]*. Fix: take the host out of the inventory/,
      /BLOCK host-room at host w2: found 0 KiB free for \/var\/lib\/gateways; expected [^\n]*. Fix: make room/,
      /BLOCK host-room at host w2: found 0 MiB free beside the binary; expected [^\n]*. Fix: make room/,
      /BLOCK agent-unit at host w4: found the unit is disabled; expected enabled[^\n]*. Fix: systemctl enable/,
      /UNKNOWN release-assets at http:[^\n]*: found no look at checksums\.txt of 0\.11\.0: [^\n]*<!doctype html>/,
    ])
      expect(run.all).toMatch(finding);
  });

  test("wait for the file itself, where its list is there and an error page stands in its place, and nothing is touched (T-31)", async () => {
    await stage.on("w2", freeDisk);
    await stage.on("w4", "systemctl enable bamf-agent");
    await inventory({ [STRANGE]: null });
    stage.files.hide(/^\/0\.11\.0\/bamf-agent/);
    const before = await stage.traces();
    const run = await up();
    expect(run.exitCode).not.toBe(0);
    expect(blocksIn(run)).toEqual([expect.stringMatching(/^release-assets at http/)]);
    expect(run.all).toMatch(
      /found no bamf-agent-linux-amd64: http:\S+ is no program, such as an error page: it begins with "<!doctype html>/,
    );
    expect(await stage.traces()).toEqual(before);
  });

  test("come to the release once an operator has seen to each of them, the slow canary and the other one first, and none has joined anew (B-36, B-37, B-38, B-39)", async () => {
    stage.files.hide();
    const strange = (await stage.traces())[STRANGE];
    well(await up());
    expect(await stage.running()).toEqual(on("0.11.0"));
    const { w3, c1 = NaN, c2 = NaN, ...web } = await starts();
    expect(w3).toBeDefined();
    expect(c2).toBeGreaterThan(c1);
    expect(Math.min(...Object.values(web))).toBeGreaterThan(c2);
    expect(await stage.identities()).toEqual(identities);
    expect((await stage.traces())[STRANGE]).toBe(strange);
    expect(await evidence()).toMatchObject({
      version: "0.11.0",
      replaced: { canary: [{ instance: "c1" }, { instance: "c2" }] },
    });
  });

  test("have nothing to change after that", async () => {
    expect(changes(await preview())).toEqual([]);
  });

  test("go back by what each of them has kept, with the server of files stopped (B-39)", async () => {
    await stage.files.stop();
    await to("0.10.0");
    await configure({ consents: null, notesRead: null });
    const run = await up();
    well(run);
    expect(run.all).toMatch(
      /WARN release-assets at http:[^\n]*: found no look at checksums\.txt of 0\.10\.0: no answer from/,
    );
    expect(await stage.running()).toEqual(on("0.10.0"));
    expect(await stage.identities()).toEqual(identities);
    expect(changes(await preview())).toEqual([]);
  });
});
