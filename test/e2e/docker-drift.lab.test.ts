import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DOCKER_STACK } from "../lab/docker/stage";
import { answers, isSettled, makeServing, well, type ServingGateway } from "./docker-serving";

describe("a gateway on a Docker host that serves", () => {
  let served: ServingGateway;

  beforeAll(async () => {
    served = await makeServing("drift", 18_709);
  });
  afterAll(() => served.stage.clear());

  test("whose containers somebody has removed and restarted by hand is told of it, and as before after refresh and up", async () => {
    const [gateway = ""] = await served.stage.running("gateway");
    const [observer = ""] = await served.stage.running("observer");
    await served.stage.restartByHand(gateway);
    await served.stage.containers.remove(observer);
    const preview = await served.stage.project.preview(DOCKER_STACK);
    expect(preview.all).toMatch(
      new RegExp(`WARN container-drift at container ${observer}: found no such container`),
    );
    well(await served.stage.project.refresh(DOCKER_STACK));
    const load = served.stage.load(20);
    well(await served.up());
    expect((await load.stop()).byError).toEqual({});
    expect(await served.stage.running("gateway")).toEqual([gateway]);
    expect(await served.stage.running("observer")).toEqual([observer]);
    await isSettled(served);
  });

  test("whose database, Redis, observer and front proxy were stopped is told of it, and has them run again after the same up (S-14)", async () => {
    const names = [
      ...["drift-postgres", "drift-redis"],
      ...(await Promise.all(["observer", "proxy"].map(served.stage.running))).flat(),
    ];
    expect(names).toHaveLength(4);
    for (const name of names) await served.stage.stopByHand(name);
    const preview = await served.stage.project.preview(DOCKER_STACK);
    expect(preview.all).toMatch(
      /WARN database .*its own container, which this run makes or starts/,
    );
    for (const name of names)
      expect(preview.all).toMatch(
        new RegExp(`WARN container-drift at container ${name}: found end`),
      );
    well(await served.up());
    await answers(served);
    expect(await served.stage.running("observer")).toHaveLength(1);
    expect(await served.stage.sql("SELECT count(*) FROM agents")).toBe("100");
    await isSettled(served);
  });

  test("whose database somebody has removed is told of it, and has it again on the volume that it had after refresh and up (S-14)", async () => {
    await served.stage.containers.remove("drift-postgres");
    const preview = await served.stage.project.preview(DOCKER_STACK);
    expect(preview.all).toMatch(/WARN database .*its own container, which this run makes/);
    well(await served.stage.project.refresh(DOCKER_STACK));
    well(await served.up());
    expect(await served.stage.sql("SELECT count(*) FROM agents")).toBe("100");
    await isSettled(served);
  });

  test("has a changed setting of Redis reach its container on the volume that it had, and the preview says what that costs", async () => {
    const before = await served.stage.containers.named("drift-redis");
    await served.configure({ docker: { limits: { redis: { memoryMiB: 96 } } } });
    const preview = await served.stage.project.preview(DOCKER_STACK);
    expect(preview.all).toMatch(
      /WARN data-containers at container drift-redis: .*volume drift_redisdata/,
    );
    expect(preview.all).not.toMatch(/WARN container-drift/);
    well(await served.up());
    const after = await served.stage.containers.named("drift-redis");
    expect(after.id).not.toBe(before.id);
    expect(after.inspected).toMatchObject({
      HostConfig: { Memory: 96 * 1024 ** 2 },
      Mounts: [{ Name: "drift_redisdata" }],
    });
    expect(await served.stage.sql("SELECT count(*) FROM agents")).toBe("100");
  });
});
