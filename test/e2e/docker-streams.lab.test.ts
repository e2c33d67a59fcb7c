import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectLab } from "../lab/lab";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";
import { readStream } from "../lab/streams";

const STREAMS = 20;
/** Events of one stream, of which the stand-in sends ten a second: within the drain limit of the stage, and over the hand-over. */
const EVENTS = 500;

/** Streams are what a hand-over may cut: a request is short, and ends before anybody looks. */
describe("server-sent streams through the front proxy of a Docker host", () => {
  let stage: DockerStage;

  beforeAll(async () => {
    stage = await makeDockerStage(await connectLab(), "streams", 18_705);
    const run = await stage.project.up(DOCKER_STACK);
    expect(run.exitCode, run.all).toBe(0);
  });
  afterAll(() => stage.clear());

  test.each([
    ["1.0.1", "an upgrade"],
    ["1.0.0", "the way back"],
  ])("are open over the hand-over to %s, %s, and none is cut (S-03, T-45)", async (version) => {
    await stage.project.setVersion(DOCKER_STACK, version);
    const run = await stage.project.startUp(DOCKER_STACK);
    // From here it is seconds to the hand-over; the streams take longer.
    await run.said(/Container smoltbot-streams-gateway-\S+ creat/);
    const streams = Array.from({ length: STREAMS }, () =>
      readStream(stage.url, EVENTS).catch((error: unknown) => String(error)),
    );
    await pause(100);
    const { exitCode, all } = await run.finished;
    expect(exitCode, all).toBe(0);
    expect(await Promise.all(streams)).toEqual(Array(STREAMS).fill("whole"));
    // All of them were with the old gateway, and it was waited for them.
    expect(all).toContain(`${STREAMS} open with`);
    expect(all).not.toContain("still open with old gateways");
  });
});
