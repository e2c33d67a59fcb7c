import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../lab/until";
import { ASSET, stagedHosts, type StagedHosts } from "../program/staged-hosts";

const ROOT = join(import.meta.dirname, "../../..");
const NAMES = ["h1", "h2", "h3"];
const WORDS = ["components/start/step.mjs", "rollout"];

/** Three staged hosts with real processes, reached by the programs of the steps through a stand-in for ssh. */
describe("steps on hosts", () => {
  let hosts: StagedHosts;

  beforeAll(async () => {
    hosts = await stagedHosts(NAMES);
  });
  afterAll(() => hosts.remove());

  const envOf = (release: string, canary: boolean) => {
    const input = {
      target: "hosts",
      release,
      groups: [
        { name: "canary", size: 1, mayMiss: 0, hosts: ["h1"] },
        { name: "web", size: 2, mayMiss: 0, hosts: ["h2", "h3"] },
      ].slice(0, canary ? 1 : 2),
      hosts: Object.fromEntries(
        NAMES.map((name) => [
          name,
          { name, address: name, port: 22, user: "root", hostKey: "none", unit: "bamf-agent" },
        ]),
      ),
      assets: { x86_64: ASSET, aarch64: ASSET },
      sums: { [ASSET]: hosts.sumOf(release) },
      claim: { stack: "gateways/staged" },
      from: { folder: join(hosts.assets, "{version}") },
      ready: "-",
      readyWithinSeconds: 60,
      tunnels: { policy: "cut", limitSeconds: 0, consented: { canary: 0, web: 0 } },
    };
    return { ...process.env, ...hosts.env, GATEWAYS_STEP: JSON.stringify(input) };
  };

  const roll = (release: string, canary = false) =>
    new Promise<{ readonly code: number; readonly out: string; readonly said: string }>(
      (resolve) => {
        const env = envOf(release, canary);
        execFile("node", WORDS, { cwd: ROOT, env }, (error, out, said) => {
          resolve({ code: error === null ? 0 : 1, out, said });
        });
      },
    );

  /** Begins a rollout and kills it, with every ssh that it has started. */
  const killed = async (release: string, afterMs: number): Promise<void> => {
    const env = envOf(release, false);
    const child = spawn("node", WORDS, { cwd: ROOT, env, detached: true, stdio: "ignore" });
    await pause(afterMs);
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };

  test("halt at a canary that does not come up, which is back at the old binary; no host past it is touched (B-37, B-38)", async () => {
    const { code, said } = await roll("0.11.1", true);
    expect(code).toBe(1);
    expect(said).toContain("rollout: halted: h1 failed");
    expect(await hosts.running()).toEqual(["0.10.0", "0.10.0", "0.10.0"]);
  });

  test("bring the next group, and say what became of each of its hosts (B-38)", async () => {
    expect((await roll("0.11.0", true)).code).toBe(0);
    expect(await hosts.running()).toEqual(["0.11.0", "0.10.0", "0.10.0"]);
    const { out } = await roll("0.11.0");
    expect(JSON.parse(out)).toMatchObject({
      ready: { canary: 1, web: 2 },
      replaced: { web: [{ instance: "h2" }, { instance: "h3" }] },
      missing: [],
    });
    expect(await hosts.running()).toEqual(["0.11.0", "0.11.0", "0.11.0"]);
  });

  test.each([600, 1000, 1400, 1800, 2200, 2600, 3200, 4000])(
    "that are killed after %i ms, with every connection, leave no host without an agent, and the same step run again ends it (B-38)",
    async (afterMs) => {
      const [now] = await hosts.running();
      const release = now === "0.11.0" ? "0.10.0" : "0.11.0";
      await killed(release, afterMs);
      // Between stop and start there is none for a moment; nobody is there who would help.
      await until("each host has an agent", async () => !(await hosts.running()).includes("none"), {
        seconds: 30,
      });
      const again = await roll(release);
      expect(again.code, again.said).toBe(0);
      expect(await hosts.running()).toEqual([release, release, release]);
    },
  );
});
