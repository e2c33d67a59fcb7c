import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab } from "../lab/lab";
import { makeProject, type Project } from "../lab/project";
import { stagedHosts, type StagedHosts } from "./program/staged-hosts";

const STACK = "staged";
const ADDRESSES = { c1: "10.0.0.1", c2: "10.0.0.2", w1: "10.0.0.3" } as const;
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");

/** What the CLI makes of a stack with agents, on staged hosts behind a stand-in for ssh: each test goes on where the one before it ended. */
describe("pulumi and agents on hosts", () => {
  let hosts: StagedHosts;
  let project: Project;
  let directory: string;

  beforeAll(async () => {
    const lab = await connectLab();
    hosts = await stagedHosts(Object.values(ADDRESSES));
    directory = await mkdtemp(join(lab.home, "staged-"));
    const PATH = `${hosts.env.PATH.split(":")[0] ?? ""}:${lab.env["PATH"] ?? hosts.env.PATH}`;
    project = await makeProject(
      { ...lab, env: { ...lab.env, ...hosts.env, PATH } },
      {
        directory: join(directory, "project"),
        stateUrl: `file://${join(directory, ".state")}`,
        stacks: { [STACK]: { config: { "gateways:bamfAgents": config() }, secrets: {} } },
      },
    );
  });
  afterAll(async () => {
    await hosts.remove();
    await rm(directory, { recursive: true });
  });

  const config = () => ({
    version: "0.10.0",
    hosts: {
      answerWithinSeconds: 60,
      assets: { folder: join(hosts.assets, "{version}") },
      groups: [{ name: "canary", size: 1 }, { name: "web" }],
      inventory: Object.fromEntries(
        Object.entries(ADDRESSES).map(([name, address]) => [
          name,
          { address, hostKey: KEY, group: name === "w1" ? "web" : "canary" },
        ]),
      ),
    },
    api: { release: "0.11.1" },
    sessions: { policy: "cut", limitMinutes: 0 },
    rollout: { readyWithinSeconds: 20 },
    verify: { seconds: 1 },
  });
  /** Wants a release, with all the consents that these agents need, which say nothing of their tunnels. */
  const want = async (release: string) => {
    const word = { release, reason: "agreed" };
    await project.setVersion(STACK, release, "bamfAgents");
    await project.configure(STACK, {
      "gateways:bamfAgents": {
        notesRead: release,
        consents: { major: word, cut: { ...word, groups: { canary: 0, web: 0 } } },
      },
    });
  };
  const up = () => project.up(STACK);
  const well = (run: PulumiRun) => {
    expect(run.exitCode, run.all).toBe(0);
  };
  const unchanged = async () => {
    const preview = await project.preview(STACK);
    well(preview);
    expect(changes(preview)).toEqual([]);
  };

  test("the first up takes them as they run, and then nothing is to change", async () => {
    well(await up());
    expect(await hosts.running()).toEqual(["0.10.0", "0.10.0", "0.10.0"]);
    await unchanged();
  });

  test("a release that does not come up on the first canary halts there, and no other host is touched (B-38)", async () => {
    await want("0.11.1");
    const run = await up();
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/halted: c1 failed; 0 hosts at the release, 2 hosts not touched/);
    expect(await hosts.running()).toEqual(["0.10.0", "0.10.0", "0.10.0"]);
  });

  test("another one comes to all, group by group, with what became of each host in the evidence; then nothing is to change (B-36, B-38)", async () => {
    await want("0.11.0");
    well(await up());
    expect(await hosts.running()).toEqual(["0.11.0", "0.11.0", "0.11.0"]);
    expect((await project.outputs(STACK))["bamfAgentsEvidence"]).toMatchObject({
      version: "0.11.0",
      digests: { "canary/c1": `sha256:${hosts.sumOf("0.11.0")}` },
      replaced: {
        canary: [{ instance: "c1" }, { instance: "c2" }],
        web: [{ instance: "w1" }],
      },
    });
    await unchanged();
  });

  test("the reverted line brings all of them back by what they have kept, without the files of the release; then nothing is to change (B-39)", async () => {
    await rm(join(hosts.assets, "0.10.0"), { recursive: true });
    await want("0.10.0");
    well(await up());
    expect(await hosts.running()).toEqual(["0.10.0", "0.10.0", "0.10.0"]);
    await unchanged();
  });
});
