import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../lab/bamf/stage";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import {
  AGENTS_STACK as STACK,
  hostsOf,
  makeAgentsStage,
  type AgentsStage,
  type Groups,
} from "../lab/hosts/agents";
import { plugHost, unplugHost } from "../lab/hosts/hosts";
import { connectLab } from "../lab/lab";
import { until } from "../lab/until";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
const well = (run: PulumiRun) => {
  expect(run.exitCode, run.all).toBe(0);
};
const HOSTS: Groups = { canary: ["c1"], web: ["w1", "w2"] };
const all = (release: string) => Object.fromEntries(hostsOf(HOSTS).map((name) => [name, release]));

/** Agents on real hosts, with an API that hears them and tunnels through a bridge, told step by step: each test goes on where the one before it ended. */
describe("agents on hosts", () => {
  let stage: AgentsStage;
  let client: Client;
  let identities: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const lab = await connectLab();
    stage = await makeAgentsStage(lab, await mkdtemp(join(lab.home, "e2e-agents-")), HOSTS);
    identities = await stage.identities();
  });
  afterAll(() => stage.clear());

  const up = () => stage.project.up(STACK);
  const to = (version: string) => stage.project.setVersion(STACK, version, "bamfAgents");
  const configure = (more: object) =>
    stage.project.configure(STACK, { "gateways:bamfAgents": more });
  const evidence = async () => (await stage.project.outputs(STACK))["bamfAgentsEvidence"];

  test("are taken as they run: the first up swaps none, and the API hears all of them (B-39)", async () => {
    const run = await up();
    well(run);
    expect(run.all).toContain("the API hears 3 agents");
    expect(await stage.running()).toEqual(all("0.10.0"));
    expect(await evidence()).toMatchObject({
      version: "0.10.0",
      digests: { "canary/c1": `sha256:${stage.sumOf("0.10.0")}` },
    });
    expect(await evidence()).not.toHaveProperty("replaced");
  });

  test("with open tunnels are not stopped before somebody consents to group and number, nor without the notes of a major", async () => {
    client = await stage.hold("w1", 3);
    await to("0.11.0");
    await configure({ sessions: { policy: "cut", limitMinutes: 0 } });
    const run = await stage.project.preview(STACK);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(
      /BLOCK agent-tunnels at .*3 tunnels are open through group web \(w1 3\)/,
    );
    for (const gate of ["version-policy", "notes"]) expect(run.all).toContain(`BLOCK ${gate}`);
    const reason = "announced, read and agreed";
    await configure({
      notesRead: "0.11.0",
      consents: {
        major: { release: "0.11.0", reason },
        cut: { release: "0.11.0", groups: { canary: 0, web: 3 }, reason },
      },
    });
    expect((await client.report()).held).toMatchObject({ opened: 3, cut: 0 });
  });

  test("that fail on a canary are swapped back there, and no host past it is touched; the release is remembered and not tried again by itself (B-37, B-38)", async () => {
    await stage.damage("c1");
    const run = await up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/halted: c1 failed; 0 hosts at the release, 2 hosts not touched/);
    expect(await stage.running()).toEqual(all("0.10.0"));
    expect((await stage.project.preview(STACK)).all).toMatch(
      /BLOCK failed-release at host c1: found 0\.11\.0 did not come up there at/,
    );
  });

  test("come to the release once the cause is gone and somebody consents, with what became of each host in the evidence; one out of reach is left out (B-36, B-38)", async () => {
    await stage.mend("c1");
    await configure({
      consents: { retry: { release: "0.11.0", reason: "the cause is gone" } },
    });
    await unplugHost(stage.host("w2"));
    const run = await up();
    well(run);
    expect(run.all).toMatch(/WARN host-reach at group web: found 1 of 2 hosts answer; w2: /);
    expect(await evidence()).toMatchObject({
      version: "0.11.0",
      digests: { "web/w2": "" },
      replaced: {
        canary: [{ instance: "c1", cut: 0 }],
        web: [{ instance: "w1", found: 3, cut: 3 }],
      },
    });
    await plugHost(stage.host("w2"));
    expect(await stage.running()).toEqual({ ...all("0.11.0"), w2: "0.10.0" });
  });

  test("one that comes back later is brought along by the next up, and then nothing is to change", async () => {
    well(await up());
    expect(await stage.running()).toEqual(all("0.11.0"));
    expect(changes(await stage.project.preview(STACK))).toEqual([]);
  });

  test("whose unit somebody has disabled are a finding before anything is touched (T-43)", async () => {
    await client.stop();
    await stage.on("w1", "systemctl disable bamf-agent");
    await to("0.10.0");
    await configure({ consents: null, sessions: { policy: "stop", limitMinutes: 0 } });
    const run = await stage.project.preview(STACK);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/BLOCK agent-unit at host w1: found the unit is disabled/);
    await stage.on("w1", "systemctl enable bamf-agent");
  });

  test("go back by the binary that each host has kept, although the release is nowhere to be had, and none has joined anew: a second instance takes new tunnels until the old one has none, and none is cut (B-39, 5.3)", async () => {
    await stage.withdraw("0.10.0");
    await configure({ hosts: { beside: true }, sessions: { policy: "stop", limitMinutes: 30 } });
    const old = await stage.hold("w1", 2);
    const run = up();
    const leads = async () =>
      (await stage.on("w1", "cat /var/lib/gateways/bamf-agent/phase || true")).trim() === "leads";
    await until("a second instance on w1 takes new tunnels", leads, {
      seconds: 600,
      everyMs: 1000,
    });
    const fresh = await stage.hold("w1", 2);
    await old.stop();
    well(await run);
    expect(await stage.running()).toEqual(all("0.10.0"));
    expect(await stage.identities()).toEqual(identities);
    expect(await evidence()).toMatchObject({
      version: "0.10.0",
      replaced: {
        web: expect.arrayContaining([
          expect.objectContaining({ instance: "w1", beside: true, found: 2, cut: 0 }),
        ]) as unknown,
      },
    });
    expect(changes(await stage.project.preview(STACK))).toEqual([]);
    // They have outlived the stop of the agent, through the second instance, which goes with them.
    expect((await fresh.report()).held).toMatchObject({ opened: 2, cut: 0 });
    await fresh.stop();
    const isGone = async () =>
      (await stage.on("w1", "systemctl is-active gateways-beside-bamf-agent || true")).trim() ===
      "inactive";
    await until("the second instance has ended", isGone, { seconds: 180, everyMs: 1000 });
  });
});
