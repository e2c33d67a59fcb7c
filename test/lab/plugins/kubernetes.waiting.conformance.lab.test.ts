import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectLab } from "../lab";
import { failed, ops, samplesIn, skipAwait, stay, well } from "./kubernetes-samples";
import { openGround, type TrialGround } from "./kubernetes-trial";

// Rules of pulumi-kubernetes 4.32.0 that the program relies on, on whatever plugin the lab has. Passing on
// the stand-in proves that it keeps these rules; it proves nothing about kinds that are not here.

let ground: TrialGround;
const { deployment, job, metadata } = samplesIn(() => ground);

beforeAll(async () => {
  ground = await openGround(await connectLab());
});
afterAll(() => ground.close());

/** Never available: a container without a probe is ready for as long as it runs, and on a busy machine even `false` runs for a moment. */
function failing(name: string, command: readonly string[]) {
  const object = deployment(name, command);
  return { ...object, spec: { ...(object["spec"] as object), minReadySeconds: 5 } };
}

describe("waiting", () => {
  test("a Deployment that never gets ready fails at its deadline, is kept, and is healed by the next update", async () => {
    const trial = await ground.stack();
    const spec = (command: readonly string[]) => ({
      objects: { worker: failing("slow", command) },
      options: { worker: { customTimeouts: { create: "8s", update: "60s", delete: "60s" } } },
    });
    await trial.declare(spec(["false"]));
    const first = failed(await trial.up());
    expect(first.all).toContain("failed to fully initialize or become live");
    expect(first.all).toContain("'slow' timed out waiting to be Ready");
    expect(first.all).toContain("Minimum number of live Pods was not attained");
    await trial.declare(spec(stay));
    const second = well(await trial.up());
    expect(ops(second)).toEqual(["update worker"]);
    expect(ops(well(await trial.preview()))).toEqual([]);
  });

  test("a failed wait is repeated by the next update although nothing changed", async () => {
    const trial = await ground.stack();
    const worker = failing("again", ["false"]);
    const annotated = {
      ...worker,
      metadata: metadata("again", { "pulumi.com/timeoutSeconds": "4" }),
    };
    await trial.declare({ objects: { worker: annotated } });
    failed(await trial.up());
    const second = failed(await trial.up());
    expect(ops(second)).toEqual(["update worker"]);
    expect(second.all).toContain("failed to fully initialize or become live");
  });

  test("a failed wait with replaceOnChanges * makes the object anew", async () => {
    const trial = await ground.stack();
    const spec = (command: readonly string[]) => ({
      objects: { task: job("fails-once", command, { backoffLimit: 0 }) },
      options: { task: { replaceOnChanges: ["*"], deleteBeforeReplace: true } },
    });
    await trial.declare(spec(["false"]));
    const first = failed(await trial.up());
    expect(first.all).toContain("[BackoffLimitExceeded]");
    const again = well(await trial.preview());
    expect(ops(again)).toContain("delete-replaced task");
    await trial.declare(spec(["true"]));
    well(await trial.up());
    expect(ops(well(await trial.preview()))).toEqual([]);
  });

  test("an update of a Deployment ends only when the new Pods run", async () => {
    const trial = await ground.stack();
    await trial.declare({ objects: { worker: deployment("rolled", stay) } });
    well(await trial.up());
    await trial.declare({ objects: { worker: deployment("rolled", ["sleep", "7200"]) } });
    const up = well(await trial.up());
    expect(await ground.live("deployment", "rolled", "{.status.updatedReplicas}")).toBe("1");
    expect(await ground.live("deployment", "rolled", "{.status.readyReplicas}")).toBe("1");
    expect(up.progress.some(({ message }) => message.includes("Pods available"))).toBe(true);
  });

  test("an object with skipAwait is done when it is made", async () => {
    const trial = await ground.stack();
    const worker = {
      ...deployment("unawaited", ["false"]),
      metadata: metadata("unawaited", skipAwait),
    };
    await trial.declare({ objects: { worker } });
    well(await trial.up());
    well(await trial.refresh());
  });

  test("a Job with skipAwait is not waited for when it goes, either", async () => {
    const trial = await ground.stack();
    const held = { ...metadata("held-job", skipAwait), finalizers: ["trial.example/held"] };
    const task = { ...job("held-job", ["true"], { suspend: true }), metadata: held };
    await trial.declare({ objects: { task } });
    well(await trial.up());
    well(await trial.destroy());
    expect(await ground.live("job", "held-job", "{.metadata.finalizers}")).toContain("held");
    const patch = JSON.stringify({ metadata: { finalizers: null } });
    const namespaced = ["-n", ground.namespace, "--type=merge", "-p", patch];
    await ground.kubectl("patch", "job", "held-job", ...namespaced);
  });

  test("an interrupted wait is kept as a failure of the object", async () => {
    const trial = await ground.stack();
    await trial.declare({ objects: { worker: deployment("cut", ["false"]) } });
    const running = await trial.startUp();
    // Not before it waits: what is interrupted while it is made is another case.
    await running.said(/worker creating .*Waiting for/);
    running.interrupt();
    failed(await running.finished);
    expect(await trial.state()).toContain("cancelled for");
  });
});
