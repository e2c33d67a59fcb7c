import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeInstalledStage, type Stage } from "./stage";

const GOOD = "1.2.0";

/** One gateway at 1.2.0; every test leaves it there again, verified. */
describe("a gateway whose wanted release", () => {
  let stage: Stage;
  const up = (version: string) =>
    stage.project.setVersion("prod", version).then(() => stage.project.up("prod"));
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure("prod", { "gateways:smoltbot": smoltbot });
  const servedImages = async () => {
    const pods = await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" });
    return pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
  };
  const serves = async (version: string) => {
    expect(await servedImages()).toEqual(Array(2).fill(`ghcr.io/mnemom/gateway:${version}`));
  };
  const goodServes = () => serves(GOOD);
  /** What the evidence says, whatever runs. */
  const goodIsVerified = async () => {
    expect(await stage.project.outputs("prod")).toMatchObject({
      smoltbotEvidence: { version: GOOD },
    });
  };
  /** The way back, as the operator walks it: revert the line, run the same command. */
  const goBack = async () => {
    const healed = await up(GOOD);
    expect(healed.exitCode, healed.all).toBe(0);
    await goodServes();
    await goodIsVerified();
    const { steps } = await stage.project.preview("prod");
    expect(steps.filter(({ op }) => op !== "same")).toEqual([]);
  };

  beforeAll(async () => {
    stage = await makeInstalledStage(GOOD);
    await configure({ verify: { seconds: 3, requests: 80 } });
    await stage.seed("prod", 50);
  });
  afterAll(() => stage.clear());

  test("answers with errors after it started is not verified, and the way back is said and works (S-49)", async () => {
    const failed = await up("1.2.1");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/status 5xx|answered 5\d\d/);
    expect(failed.all).toMatch(/change gateways:smoltbot\.version in Pulumi\.prod\.yaml back/);
    await serves("1.2.1");
    await goodIsVerified();
    await goBack();
  });

  test("migrates for longer than its deadline is stopped by it, with nothing rolled out and no request lost (S-27, T-30)", async () => {
    const load = await stage.load("prod");
    await configure({ schema: { deadlineSeconds: 12 } });
    const failed = await up("1.2.4");
    await configure({ schema: { deadlineSeconds: 60 } });
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/DeadlineExceeded/);
    await goodServes();
    await goodIsVerified();
    const head = "SELECT max(filename) FROM _schema_migrations";
    expect(await stage.sql("prod", head)).toBe("007_session_labels.sql");
    await goBack();
    expect((await load.stop()).byError).toEqual({});
  });

  test("crashes half a minute after its start is caught where it is watched for that long (S-30, S-50)", async () => {
    await configure({ verify: { seconds: 40 } });
    const failed = await up("1.2.2");
    await configure({ verify: { seconds: 3 } });
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/restart|exit code 1/);
    await goodIsVerified();
    await goBack();
  });

  test("needs more memory than its limit never takes a pod away, and the limit is named (S-06, S-28)", async () => {
    // As shipped, it is asked whether it is ready so late that it never is; asked every second, it is for a moment.
    await configure({ values: { probes: null } });
    const load = await stage.load("prod");
    const failed = await up("1.2.3");
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(/OOM|memory/);
    await goodServes();
    await goodIsVerified();
    await goBack();
    expect((await load.stop()).byError).toEqual({});
  });
});
