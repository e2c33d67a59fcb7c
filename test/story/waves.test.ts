import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { outputNames } from "../../components/upgrade/evidence/output-names";
import type { Target } from "../../components/upgrade/target";
import { evidence, record, type Registration } from "./recorder";
import { runProgram } from "./run-program";
import { make, stubTarget, wave } from "./stub-target";
import { preparedGateway } from "./tell-story";

const registered = (more: Partial<Target>) =>
  record(() => runProgram([preparedGateway(() => stubTarget(more))]), { stdout: evidence });
const named = (seen: readonly Registration[], name: string) =>
  seen.find((one) => one.name === name);

const task = { input: {}, secrets: {}, triggers: ["1.0.0"] };

describe("a rollout of two waves", () => {
  const waves = [wave("api", { verify: { input: { only: "api" }, secrets: {} } }), wave("bridges")];

  test("begins the second one only once the first is watched and verified", async () => {
    const seen = await registered({ waves });
    expect(named(seen, "smoltbot-rollout-api")?.after).toEqual(["smoltbot-api"]);
    expect(named(seen, "smoltbot-verification-api")?.after).toEqual(["smoltbot-rollout-api"]);
    expect(named(seen, "smoltbot-bridges")?.after).toContain("smoltbot-verification-api");
    expect(named(seen, "smoltbot-rollout-bridges")?.after).toEqual(["smoltbot-bridges"]);
  });

  test("watches the second one after the first where nothing asks for a verification between them", async () => {
    const seen = await registered({ waves: [wave("api"), wave("bridges")] });
    expect(named(seen, "smoltbot-bridges")?.after).toContain("smoltbot-rollout-api");
    expect(named(seen, "smoltbot-verification-api")).toBeUndefined();
  });

  test("is verified as a whole whichever wave was touched", async () => {
    const seen = await registered({ waves });
    const { triggers } = named(seen, "smoltbot-verification")!.inputs;
    expect(triggers).toContain("api 1 bridges 1");
    expect(named(seen, "smoltbot-rollout-bridges")?.inputs["triggers"]).toEqual(["bridges 1", ""]);
  });

  test("deals with sessions before the workloads that hold them are touched, and only if those change", async () => {
    const before = { ...task, input: { sessions: "tunnels" }, triggers: ["what is applied"] };
    const seen = await registered({ waves: [wave("api"), wave("agents", { before })] });
    expect(named(seen, "smoltbot-sessions-agents")).toMatchObject({
      after: ["smoltbot-rollout-api"],
      inputs: { triggers: ["what is applied"] },
    });
    expect(named(seen, "smoltbot-agents")?.after).toContain("smoltbot-sessions-agents");
  });

  test("leaves in the evidence what became of each instance that was replaced one at a time (B-10, B-12)", async () => {
    const bridge = { instance: "bridge-1", seconds: 9, found: 2, atStop: 1, kept: 1, lost: 0 };
    const agent = {
      instance: "agent-a",
      seconds: 40,
      found: 3,
      atStop: 1,
      kept: 0,
      lost: 0,
      cut: 1,
    };
    const replaced: Readonly<Record<string, object>> = {
      "smoltbot-rollout-bridges": { "StatefulSet/bridge": [bridge] },
      "smoltbot-rollout-agents": { agent: [agent] },
    };
    const stdout = (name: string) =>
      name in replaced ? JSON.stringify({ ready: {}, replaced: replaced[name] }) : evidence;
    const told: unknown[] = [];
    const story = async () => {
      const prepared = preparedGateway(() =>
        stubTarget({ waves: [wave("bridges"), wave("agents")] }),
      );
      const outputs = (await runProgram([prepared])) as Record<string, pulumi.Output<unknown>>;
      outputs[outputNames("smoltbot").evidence]?.apply((one) => told.push(one));
    };
    await record(story, { stdout });
    expect(told).toEqual([
      {
        ...(JSON.parse(evidence) as object),
        replaced: { "StatefulSet/bridge": [bridge], agent: [agent] },
      },
    ]);
  });

  test("waits for the schema with the first wave", async () => {
    const schema = { make: make("migration"), task };
    const seen = await registered({ waves, schema });
    expect(named(seen, "smoltbot-api")?.after).toContain("smoltbot-schema");
  });
});

describe("a rollout of one wave", () => {
  test("has steps without the name of the wave", async () => {
    const seen = await registered({});
    const names = seen.map(({ name }) => name).filter((name) => name !== "smoltbot");
    expect(names.sort()).toEqual(["smoltbot-all", "smoltbot-rollout", "smoltbot-verification"]);
  });
});

describe("a way back over the schema of a newer release", () => {
  const down = { make: make("undo"), task: { ...task, triggers: ["1.1.0"] } };

  test("is gone by that release's own program before anything of the older one is made", async () => {
    const seen = await registered({ schema: { make: make("migration"), task, down } });
    expect(named(seen, "smoltbot-schema-down")).toMatchObject({
      after: ["smoltbot-down-undo"],
      inputs: { triggers: ["1.1.0"] },
    });
    expect(named(seen, "smoltbot-migration")?.after).toContain("smoltbot-schema-down");
    expect(named(seen, "smoltbot-all")?.after).toEqual(["smoltbot-schema", "smoltbot-schema-down"]);
  });

  test("is not there where the releases serve on a newer schema", async () => {
    const seen = await registered({ schema: { make: make("migration"), task } });
    expect(named(seen, "smoltbot-schema-down")).toBeUndefined();
  });
});

describe("an empty chapter", () => {
  test("hands on what it has waited for, however many of them follow one another", async () => {
    const seen = await registered({ configuration: make("files") });
    const rollout = seen.find(({ type }) => type === "gateways:upgrade:Rollout");
    expect(rollout?.after).toEqual(["smoltbot-files"]);
  });

  test("makes no step, and leaves a gateway without a database nothing to back up", async () => {
    const seen = await registered({});
    const chapters = seen.filter(({ type }) => type.startsWith("gateways:upgrade:"));
    expect(chapters.map(({ type }) => type.split(":").at(-1)).sort()).toEqual([
      "Availability",
      "Backup",
      "Configuration",
      "Preflight",
      "Restore",
      "Rollout",
      "Schema",
      "Verification",
    ]);
  });

  test("of a way back lets the backup be taken after the rollout all the same", async () => {
    const target = stubTarget({ backup: task });
    const story = () => runProgram([preparedGateway(() => target, { back: true })]);
    const seen = await record(story, { stdout: evidence });
    expect(seen.find(({ type }) => type === "gateways:upgrade:Backup")?.after).toContain(
      "smoltbot-rollout",
    );
  });
});
