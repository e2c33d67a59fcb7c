import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { killAll } from "../lab/engine/process-tree";
import type { RunningPulumi } from "../lab/engine/pulumi-cli";
import type { ProcessIdentity } from "../lab/process-identity";
import { makeStage, type Stage } from "./stage";

/** What the engine starts beside itself, by its command line: official plugins and stand-ins, and the host with the program in it. */
const PARTS = {
  "the plugin kubernetes": /pulumi-resource-kubernetes|\/kubernetes\.js( |$)/,
  "the plugin command": /pulumi-resource-command|\/command\.js( |$)/,
  "the language host": /pulumi-language-nodejs|pulumi\/cmd\/run/,
} as const;
type Victim = keyof typeof PARTS | "the CLI";

/** What a run says while it is in a chapter. */
const SIGNS = {
  backup: /saving database/,
  configuration: /ConfigMap smoltbot-\S+ updating/,
  schema: /starting Job/,
  rollout: /[01]\/2 ready \(new\), [12] old/,
  verification: /watching the release/,
} as const;
type Chapter = keyof typeof SIGNS;

type Kill = readonly [Chapter, Victim, "fails" | "finishes without it"];
interface Leg {
  readonly version: string;
  readonly migrations: number;
  readonly kills: readonly Kill[];
}

const LEGS: readonly Leg[] = [
  {
    version: "1.0.1",
    migrations: 2,
    kills: [
      ["backup", "the plugin command", "fails"],
      ["configuration", "the language host", "fails"],
      ["schema", "the plugin kubernetes", "fails"],
      ["rollout", "the plugin command", "fails"],
      ["verification", "the language host", "fails"],
    ],
  },
  {
    version: "1.1.0",
    migrations: 4,
    kills: [
      ["backup", "the language host", "fails"],
      ["configuration", "the plugin kubernetes", "fails"],
      ["schema", "the plugin command", "fails"],
      ["rollout", "the language host", "fails"],
      ["verification", "the plugin command", "fails"],
    ],
  },
  {
    version: "1.2.0",
    migrations: 5,
    kills: [
      ["backup", "the plugin kubernetes", "fails"],
      ["configuration", "the CLI", "fails"],
      ["schema", "the language host", "fails"],
      // From the rollout on, the steps ask the cluster themselves; the verification goes without the plugin too.
      ["rollout", "the plugin kubernetes", "finishes without it"],
    ],
  },
  { version: "1.1.0", migrations: 5, kills: [["configuration", "the plugin command", "fails"]] },
];

const APPLIED = "SELECT count(*), count(DISTINCT filename) FROM _schema_migrations";

/**
 * One gateway that goes from release to release and one back. Each up goes on where the one before it was killed, one chapter further, until the last one
 * is left alone. What a killed part had started, a step or a plugin, goes on by itself beside the next up.
 */
describe("an up of which a part is killed with SIGKILL", () => {
  let stage: Stage;
  const orphans: ProcessIdentity[] = [];
  const kill = async (run: RunningPulumi, victim: Victim) => {
    orphans.push(
      ...(victim === "the CLI" ? await run.killCli() : await run.killPart(PARTS[victim])),
    );
  };

  beforeAll(async () => {
    stage = await makeStage("killed-plugins");
    const installed = await stage.project.up("prod");
    expect(installed.exitCode, installed.all).toBe(0);
  });
  afterAll(async () => {
    await killAll(orphans);
    await stage.clear();
  });

  describe.each(LEGS)(
    "on its way to $version with a database of $migrations migrations",
    ({ version, migrations, kills }) => {
      beforeAll(async () => {
        await stage.project.setVersion("prod", version);
        // So that the configuration has something to do: nothing in it comes from the release alone.
        const values = { config: { LAB_LEG: version } };
        await stage.project.configure("prod", { "gateways:smoltbot": { values } });
      });

      test.each(kills)("in chapter %s without %s %s", async (chapter, victim, outcome) => {
        const run = await stage.project.startUp("prod");
        await run.said(SIGNS[chapter], 120);
        await kill(run, victim);
        const { exitCode, all } = await run.finished;
        if (victim === "the CLI") await stage.project.cancel("prod");
        expect(exitCode === 0 ? "finishes without it" : "fails", all).toBe(outcome);
      });

      test("is finished by the same up, with every migration applied once and nothing left to change (S-14)", async () => {
        const finished = await stage.project.up("prod");
        expect(finished.exitCode, finished.all).toBe(0);
        const gateway = { "app.kubernetes.io/component": "gateway" };
        const pods = await stage.eyes("prod").pods(gateway);
        const serving = pods.filter(({ ready }) => ready).flatMap(({ images }) => images);
        expect(serving).toEqual(Array(2).fill(`ghcr.io/mnemom/gateway:${version}`));
        expect(await stage.sql("prod", APPLIED)).toBe(`${migrations}|${migrations}`);
        expect(await stage.project.outputs("prod")).toMatchObject({
          smoltbotEvidence: { version },
        });
        const preview = await stage.project.preview("prod");
        expect(preview.steps.filter(({ op }) => op !== "same")).toEqual([]);
      });
    },
  );
});
