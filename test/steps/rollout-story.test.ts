import { describe, expect, test } from "vitest";
import { runRollout } from "../../components/steps/rollout";
import { rolloutInputSchema } from "../../components/steps/rollout-input";
import type { Platform, WorkloadLook } from "../../components/upgrade/platform";
import { crash, look, memoryPlatform } from "./memory-platform";

/** The rollout of a gateway whose looks are given; its calls, and what was said. */
async function rollOut(looks: WorkloadLook[], change: Partial<Platform> = {}, more: object = {}) {
  const { open, calls } = memoryPlatform(looks, change);
  const said: string[] = [];
  const task = rolloutInputSchema.parse({
    namespace: "a",
    deployments: [
      {
        name: "gateway",
        images: { gateway: "gateway:1.1.0" },
        health: { port: 8787, path: "/health/ready" },
      },
    ],
    ...more,
  });
  const io = { env: {}, say: (line: string) => void said.push(line) };
  const result = await runRollout(task, io, open).catch(String);
  return { result, said, calls };
}

/** What it does not prove: what a cluster shows of a rollout, which kubernetes/watch judges. */
describe("a rollout on a platform in memory", () => {
  test("is done once its workload is, and tells how many replicas are ready (S-28)", async () => {
    const waiting = look({ state: "waiting", progress: "gateway 0/1 ready (new), 1 old" });
    const { result, said, calls } = await rollOut([waiting, waiting, look()]);
    expect(result).toMatchObject({ ready: { gateway: 1 } });
    expect(said).toEqual(["gateway 0/1 ready (new), 1 old", "gateway 1/1 ready (new), 0 old"]);
    expect(calls).toEqual(["begin", "end"]);
  });

  test("of a release that crashes fails with the problem and the last lines that it wrote (T-09)", async () => {
    const log: Platform["log"] = ({ previous }) =>
      Promise.resolve(previous === true ? ["starting", "Error: no POSTGRES_URL"] : []);
    const { result } = await rollOut([look({ state: "failed", problem: crash })], { log });
    expect(result).toBe(
      `StepFailure: gateway does not come up: ${crash.text}; it wrote: Error: no POSTGRES_URL. Fix: ${crash.fix}.`,
    );
  });

  test("of a release that does not get ready names the check that fails (S-16, T-03)", async () => {
    const body = JSON.stringify({ status: "not_ready", checks: { redis: { ok: false } } });
    const ask = () => Promise.resolve({ status: 503, body });
    const problem = { ...crash, kind: "unready", text: "its readiness probe fails" } as const;
    const { result } = await rollOut([look({ state: "failed", problem })], { ask });
    expect(result).toContain("its readiness probe fails; /health/ready says: redis not ok");
  });

  test("touches nothing where another image is asked for", async () => {
    const { result, calls } = await rollOut([look({ images: { gateway: "gateway:9" } })]);
    expect(result).toContain("asks for gateway:9 in container gateway, expected gateway:1.1.0");
    expect(calls).toEqual([]);
  });

  test("that nothing keeps and that does not end fails at its deadline, with the newest warning (T-38)", async () => {
    const waiting = look({ state: "waiting", progress: "gateway 0/1 ready (new), 1 old" });
    const { result } = await rollOut([waiting], {}, { deadlineSeconds: 0.01 });
    expect(result).toContain(
      "gateway is not rolled out after 0.01 s: gateway 0/1 ready (new), 1 old; FailedMount: no such volume",
    );
  });
});
