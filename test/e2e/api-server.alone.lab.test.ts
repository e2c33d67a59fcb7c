import { afterAll, beforeAll, expect, test } from "vitest";
import { crashApiServer, labUp } from "../lab/lab";
import { makeInstalledStage, type Stage } from "./stage";

const quiet = (): void => undefined;
let stage: Stage;

beforeAll(async () => {
  stage = await makeInstalledStage("1.0.0");
  // Pods take their time to start: the rollout is in its middle for half a minute, however late the step looks, and no old pod leaves before the API server is back. One that leaves
  // has to serve until kube-proxy has heard of that, which hears nothing meanwhile.
  await stage.project.configure("prod", {
    "gateways:smoltbot": {
      rollout: { drainSeconds: 30 },
      values: { probes: { startup: { initialDelaySeconds: 10 } } },
    },
  });
  const longer = await stage.project.up("prod");
  expect(longer.exitCode, longer.all).toBe(0);
});
afterAll(async () => {
  // Whatever came in between: everybody else needs it as well.
  await labUp(quiet);
  await stage.clear();
});

/** What it does not prove: that the provider's own calls survive the same; where one is under way, the up fails and the same up finishes. */
test("an up goes on when the API server is killed in the middle of the rollout and comes back, and no request is lost (S-15, S-28)", async () => {
  const load = await stage.load("prod");
  await stage.project.setVersion("prod", "1.1.0");
  const run = await stage.project.startUp("prod");
  await run.said(/[01]\/2 ready \(new\), [12] old/);
  await crashApiServer(3, quiet);
  const { exitCode, all, progress } = await run.finished;
  expect(exitCode, all).toBe(0);
  const said = progress.map(({ message }) => message).join("\n");
  expect(said).toMatch(/the API server does not answer .*; trying again for 60 s/);

  const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" });
  const serving = pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
  expect(serving).toEqual(Array(2).fill("ghcr.io/mnemom/gateway:1.1.0"));
  expect(await stage.project.outputs("prod")).toMatchObject({
    smoltbotEvidence: { version: "1.1.0" },
  });
  const preview = await stage.project.preview("prod");
  expect(preview.steps.filter(({ op }) => op !== "same")).toEqual([]);
  expect((await load.stop()).byError).toEqual({});
});
