import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { renamedKubeconfig, rememberIdentity, urnsOf } from "./stack-state";
import { makeInstalledStage, type Stage } from "./stage";

const OLD = "1.1.0";
const MINOR = "1.2.0";
const MAJOR = "2.0.0";

const changes = ({ steps }: PulumiRun) => steps.filter(({ op }) => op !== "same" && op !== "read");
const objects = (steps: PulumiRun["steps"]) =>
  steps.filter(({ type }) => type.startsWith("kubernetes:"));
const replaced = ({ steps }: PulumiRun) => steps.filter(({ op }) => /replace|delete/.test(op));

/** What the engine does beside `preview` and `up`, told in one go: each test goes on where the one before it ended. */
describe("a stack that serves", () => {
  let stage: Stage;
  let stack = "prod";
  const pulumi = (...args: readonly string[]) => stage.project.pulumi([...args, "--stack", stack]);
  const preview = (...args: readonly string[]) => stage.project.preview(stack, { args });
  const up = (...args: readonly string[]) => stage.project.up(stack, { args });
  const configure = (smoltbot: Readonly<Record<string, unknown>>) =>
    stage.project.configure(stack, { "gateways:smoltbot": smoltbot });
  const serving = async () =>
    (await stage.eyes("prod").pods({ "app.kubernetes.io/component": "gateway" }))
      .filter(({ ready }) => ready)
      .map(({ uid }) => uid)
      .sort();
  const dumps = async () =>
    (await readdir(join(stage.project.directory, "backups")).catch(() => []))
      .filter((name) => !name.endsWith(".json"))
      .sort();
  const evidence = async () =>
    (await stage.project.outputs(stack))["smoltbotEvidence"] as { readonly version: string };
  const urn = async (part: RegExp) =>
    (await urnsOf(stage.project, stack)).find((one) => part.test(one)) ?? "";
  const remember = (changed: object | undefined) => rememberIdentity(stage.project, stack, changed);
  /** The same cluster, by another file and by other names. */
  const another = async (context: string) => ({
    context,
    kubeconfig: await renamedKubeconfig(stage.lab, stage.project, context),
  });
  const nameCluster = async (context: string) => configure({ kubernetes: await another(context) });

  beforeAll(async () => {
    stage = await makeInstalledStage(OLD);
    await stage.seed("prod", 50);
  });
  afterAll(() => stage.clear());

  test("of a program that recorded no cluster is reached by another context: no object is replaced, it is verified once more, and the cluster is known from then on", async () => {
    const pods = await serving();
    const before = await evidence();
    await remember(undefined);
    await nameCluster("another-name");
    const seen = await preview();
    expect(seen.exitCode, seen.all).toBe(0);
    expect(objects(replaced(seen))).toEqual([]);
    const done = await up();
    expect(done.exitCode, done.all).toBe(0);
    expect(objects(replaced(done))).toEqual([]);
    expect(await serving()).toEqual(pods);
    expect((await evidence()).version).toEqual(before.version);
    expect((await stage.project.outputs(stack))["smoltbotIdentity"]).toMatchObject({
      stack: "prod",
      context: "another-name",
      identifier: stage.lab.context,
      cluster: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    expect(changes(await preview())).toEqual([]);
  });

  test("is reached by a third context and verified no second time", async () => {
    const before = await evidence();
    await nameCluster("third-name");
    const done = await up();
    expect(done.exitCode, done.all).toBe(0);
    expect(replaced(done)).toEqual([]);
    expect(await evidence()).toEqual(before);
    expect(changes(await preview())).toEqual([]);
  });

  test("is refused another cluster, though the same release runs there: nothing is planned anew, nothing touched", async () => {
    const { cluster } = (await stage.project.outputs(stack))["smoltbotIdentity"] as {
      readonly cluster: string;
    };
    await remember({ cluster: "00000000-of-another-cluster" });
    const versions = await stage.eyes("prod").versions();
    for (const { exitCode, all, steps } of [await preview(), await up()]) {
      expect(exitCode).not.toBe(0);
      expect(all).toMatch(
        /BLOCK same-cluster .*found another cluster.*00000000-of-another-cluster/,
      );
      expect(all).not.toMatch(/unable to replace/);
      expect(steps.filter(({ op }) => op.includes("replace"))).toEqual([]);
    }
    expect(await stage.eyes("prod").versions()).toEqual(versions);
    await remember({ cluster });
  });

  test("has lost a step from its state: the step runs again and no pod is replaced", async () => {
    const pods = await serving();
    const lost = await urn(/command:local:Command::smoltbot-verification$/);
    const run = await pulumi("state", "delete", lost, "--yes");
    expect(run.exitCode, run.all).toBe(0);
    const done = await up();
    expect(done.exitCode, done.all).toBe(0);
    expect(changes(done).map(({ op, urn: one }) => `${op} ${one}`)).toEqual([`create ${lost}`]);
    expect(await serving()).toEqual(pods);
    expect(changes(await preview())).toEqual([]);
  });

  test("is joined by a gateway in a second cluster: nothing of the first one is replaced", async () => {
    const kubernetes = { ...(await another("fourth-name")), namespace: "elsewhere" };
    await stage.project.configure(stack, {
      "gateways:instances": { smoltbot: {}, other: { kubernetes } },
    });
    const seen = await preview();
    expect(seen.all).toMatch(/other-deployment-/);
    expect(replaced(seen).filter(({ urn: one }) => !one.includes("pulumi:providers"))).toEqual([]);
    await stage.project.configure(stack, { "gateways:instances": null });
  });

  test.each([
    ["a workload alone", /apps\/v1:Deployment::.*-gateway$/],
    ["the verification alone", /command:local:Command::smoltbot-verification$/],
  ])("is aimed at %s by --target: refused, since nobody has migrated for it", async (_, part) => {
    await stage.project.setVersion(stack, MINOR);
    await configure({ notesRead: MINOR });
    const pods = await serving();
    const target = await urn(part);
    const run = await up("--target", target);
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/this run leaves out the step schema.*without --target/);
    expect(await serving()).toEqual(pods);
    expect((await evidence()).version).toBe(OLD);
  });

  test("is aimed at the backup alone by --target: a dump is taken, and no workload comes", async () => {
    const pods = await serving();
    const before = await dumps();
    const run = await up("--target", await urn(/command:local:Command::smoltbot-backup$/));
    expect(run.exitCode).not.toBe(0);
    expect(run.all).toMatch(/this run leaves out the step schema/);
    expect((await dumps()).length).toBe(before.length + 1);
    expect(await serving()).toEqual(pods);
  });

  test("is aimed at the schema alone by --target: that dump is found, the database migrated, no evidence given", async () => {
    const before = await dumps();
    const run = await up("--target", await urn(/command:local:Command::smoltbot-schema$/));
    expect(run.exitCode, run.all).toBe(0);
    expect(run.all).toMatch(/shows database .* before this migration, and is whole/);
    expect(await stage.sql("prod", "SELECT max(filename) FROM _schema_migrations")).toMatch(/^007/);
    expect(await dumps()).toEqual(before);
    expect((await evidence()).version).toBe(OLD);
  });

  test("is ended by the next whole up, over a major", async () => {
    await stage.project.setSecret(stack, "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY", "an agent");
    await stage.project.setVersion(stack, MAJOR);
    await configure({
      notesRead: MAJOR,
      consents: { major: { release: MAJOR, reason: "planned for tonight" } },
      // A delay of 0 is left out by the API server, and a refresh would show that.
      values: {
        probes: { startup: { initialDelaySeconds: 1 }, readiness: { initialDelaySeconds: 1 } },
      },
    });
    const done = await up();
    expect(done.exitCode, done.all).toBe(0);
    expect((await evidence()).version).toBe(MAJOR);
  });

  test("is refreshed, alone and with --run-program: no step runs, and the next preview is empty", async () => {
    const pods = await serving();
    const before = await evidence();
    for (const args of [[], ["--run-program"]]) {
      const { exitCode, all } = await stage.project.refresh(stack, { args });
      expect(exitCode, all).toBe(0);
    }
    expect(await serving()).toEqual(pods);
    expect(await evidence()).toEqual(before);
    expect(changes(await preview())).toEqual([]);
  });

  test("is renamed: nothing is replaced, and the dump to go back to is found under its old name", async () => {
    const renamed = await pulumi("stack", "rename", "production");
    expect(renamed.exitCode, renamed.all).toBe(0);
    stack = "production";
    const seen = await preview();
    expect(seen.exitCode, seen.all).toBe(0);
    expect(replaced(seen)).toEqual([]);
    await stage.project.setVersion(stack, MINOR);
    const back = await preview();
    const dump = (await dumps()).find((name) => name.includes(`before-${MAJOR}`)) ?? "none";
    expect(dump).toMatch(/^smoltbot-prod-/);
    expect(back.all).toContain(`dump: "${dump}"`);
  });

  test("is refreshed with --run-program while another release is in the file: refused, nothing touched", async () => {
    const versions = await stage.eyes("prod").versions();
    const { exitCode, all } = await stage.project.refresh(stack, { args: ["--run-program"] });
    expect(exitCode).not.toBe(0);
    expect(all).toMatch(/nothing was touched|leaves out the step schema/);
    expect(await stage.eyes("prod").versions()).toEqual(versions);
    expect((await evidence()).version).toBe(MAJOR);
  });

  test("has lost its cluster for good: with the documented words the state forgets it", async () => {
    const file = join(stage.project.directory, "third-name.kubeconfig");
    const text = await readFile(file, "utf8");
    await writeFile(file, text.replace(/https:\/\/localhost:\d+/, "https://localhost:1"));
    const run = await pulumi("state", "unprotect", "--all", "--yes");
    expect(run.exitCode, run.all).toBe(0);
    const env = { PULUMI_K8S_DELETE_UNREACHABLE: "true" };
    const words = ["destroy", "--yes", "--skip-preview", "--stack", stack];
    const { exitCode, all } = await stage.project.pulumi(words, { env });
    expect(exitCode, all).toBe(0);
    expect(await urnsOf(stage.project, stack)).toEqual([]);
    expect((await serving()).length).toBeGreaterThan(0);
  });
});
