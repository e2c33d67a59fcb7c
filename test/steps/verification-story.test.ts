import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { runVerification } from "../../components/steps/verification";
import type { Platform, WorkloadLook } from "../../components/upgrade/platform";
import { StepFailure } from "../../components/upgrade/step-io";
import { instance, look, memoryPlatform } from "./memory-platform";
import { verificationTask } from "./verification-task";

async function verify(looks: WorkloadLook[], change: Partial<Platform> = {}, more: object = {}) {
  const said: string[] = [];
  const task = verificationTask({ seconds: 0.1, requests: 3, ...more });
  const io = { env: {}, say: (line: string) => void said.push(line) };
  const { open } = memoryPlatform(looks, change);
  return { result: await runVerification(task, io, open).catch(String), said };
}

/** What it does not prove: that what a cluster answers is read rightly, which kubernetes/platform and the lab show. */
describe("a verification on a platform in memory", () => {
  test("of a release that serves leaves its evidence, with the migration's digest (S-15 to S-20)", async () => {
    const migration = { job: "migrate", image: "migrate:v1.1.0" };
    const { result, said } = await verify([look()], {}, { migration });
    const digest = `sha256:${"a".repeat(64)}`;
    expect(result).toMatchObject({
      version: "1.1.0",
      digests: { gateway: digest },
      images: { "gateway:1.1.0": digest, "migrate:v1.1.0": digest },
      schemaHead: "",
      probes: { sent: 3, failed: 0 },
      restarts: 0,
    });
    expect(said.at(-1)).toBe("1.1.0 is verified");
  });

  test("of one that restarts meanwhile names that, and the way back (S-50)", async () => {
    const after = look({ instances: [instance("gateway-a", 2)] });
    const { result } = await verify([look(), after]);
    expect(result).toContain("gateway-a/gateway has restarted 2 times while it was watched");
    expect(result).toContain(
      "Fix: mend what it names and run pulumi up again; or set the version back, if one was verified.",
    );
  });

  test("of one that writes errors and does not answer names both, the worse first (S-18, S-20)", async () => {
    const log = () => Promise.resolve([`{"level":"error","message":"no such column"}`]);
    const ask: Platform["ask"] = (to, path) =>
      Promise.resolve(
        "service" in to
          ? undefined
          : { status: 200, body: path === "/metrics" ? "" : `{"status":"ok"}` },
      );
    const { result } = await verify([look()], { log, ask });
    expect(result).toMatch(
      /3 of 3 requests through the gateway failed: .*; pod gateway-a has logged 1 errors/,
    );
  });

  const answering = (ready: () => boolean): Platform["ask"] => {
    const well = (body: string) => Promise.resolve({ status: 200, body });
    return (to, path) => {
      if (path === "/metrics") return well("");
      if ("service" in to || path !== "/health/ready" || ready()) return well(`{"status":"ok"}`);
      const body = `{"status":"degraded","checks":{"redis":{"ok":false}}}`;
      return Promise.resolve({ status: 503, body });
    };
  };

  test("of one that is not ready for a moment asks again, and says so (S-16, T-15)", async () => {
    let looks = 0;
    const { result, said } = await verify([look()], { ask: answering(() => (looks += 1) > 1) });
    expect(result).toMatchObject({ version: "1.1.0" });
    expect(said).toContain("pod gateway-a is not ready: redis not ok; asking again");
  });

  test("of several that take turns in not being ready: none counts, since none said so three times (S-16)", async () => {
    const names = ["gateway-a", "gateway-b", "gateway-c"];
    const all = look({ instances: names.map((name) => instance(name)) });
    const asked = new Map<string, number>();
    const well = answering(() => true);
    const unwell = answering(() => false);
    const ask: Platform["ask"] = (to, path, request) => {
      if (!("instance" in to) || path !== "/health/ready") return well(to, path, request);
      const count = (asked.get(to.instance) ?? 0) + 1;
      asked.set(to.instance, count);
      const isTurn = count === names.indexOf(to.instance) + 1;
      return (isTurn ? unwell : well)(to, path, request);
    };
    const { result } = await verify([all], { ask });
    expect(result).toMatchObject({ version: "1.1.0" });
    expect([...asked.values()]).toEqual([2, 1, 1]);
  });

  test("of one that is not ready three times in a row is refused (S-16, T-15)", async () => {
    let looks = 0;
    const { result } = await verify([look()], { ask: answering(() => (looks += 1) > 3) });
    expect(result).toContain("pod gateway-a is not ready: redis not ok");
  });

  test("of a gateway on a Docker host speaks of containers", async () => {
    const log = () => Promise.resolve([`{"level":"error","message":"no such column"}`]);
    const ask = () => Promise.resolve(undefined);
    const unknown = [{ name: "gateway", image: "gateway:1.1.0", imageId: "", restarts: 0 }];
    const looks = [look({ instances: [{ ...instance("gateway-a"), containers: unknown }] })];
    const { result, said } = await verify(looks, { log, ask }, { target: "docker" });
    const all = [JSON.stringify(result), ...said].join("\n");
    for (const words of [
      "container gateway-a does not report the digest of its image",
      "container gateway-a is not ready: no answer",
      "container gateway-a has logged 1 errors",
      "no data from the containers' own /metrics: only 0 of 1 containers are known",
    ])
      expect(all).toContain(words);
    expect(all).not.toMatch(/\bpods?\b/);
  });

  test("that fails for the lack of a log ends what it still asks elsewhere", async () => {
    const folder = await mkdtemp(join(tmpdir(), "status-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const program = join(folder, "smoltbot");
    await writeFile(program, "#!/bin/sh\nexec sleep 20\n");
    await chmod(program, 0o755);
    const programs = () =>
      process.getActiveResourcesInfo().filter((one) => one === "ProcessWrap").length;
    const before = programs();
    const log = async () => {
      await vi.waitUntil(() => programs() > before, { timeout: 10_000 });
      throw new StepFailure("the API server is away", "wait for it");
    };
    const checks = { kind: "smoltbot", options: { program } };
    const { result } = await verify([look()], { log }, { checks });
    expect(result).toContain("the API server is away");
    await vi.waitFor(() => {
      expect(programs()).toBe(before);
    });
  });

  test("leaves out a workload that may be unready, and says so (T-01)", async () => {
    const unready = look({ state: "waiting", progress: "observer 0/1 ready (new), 0 old" });
    const workloads = [
      { name: "observer", container: "observer", image: "o:1", http: false, mayBeUnready: true },
    ];
    const { said } = await verify([unready], {}, { workloads });
    expect(said[0]).toBe(
      "not ready and so not verified, as before: observer 0/1 ready (new), 0 old",
    );
  });
});
