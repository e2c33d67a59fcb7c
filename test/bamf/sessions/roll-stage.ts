import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { OneByOneInput, OneByOneTask } from "../../../components/steps/rollout-input";
import {
  rollOneByOne,
  type ReplacedInstance,
} from "../../../components/steps/rollout/roll-one-by-one";
import { startBamfDatabases, type BamfDatabases } from "../../lab/bamf/databases";
import type { Program } from "../../lab/bamf/processes";
import { buildBamf } from "../../lab/bamf/programs";
import { pythonSite } from "../../lab/bamf/python";
import { startStage, type Stage } from "../../lab/bamf/stage";
import { readSettings } from "../../lab/settings";
import { rollTask, stagePlatform, type StagedBridges } from "./stage-platform";

/** A stage for each test, and rolls of its bridges. */
export interface RollStage {
  readonly stage: Stage;
  /** What the rolls of this test have said. */
  readonly said: string[];
  readonly bridges: (count: number, tag?: string) => Promise<StagedBridges>;
  readonly io: () => { env: Record<string, string | undefined>; say: (line: string) => void };
  readonly taskOf: (staged: StagedBridges, change: Partial<OneByOneInput>) => OneByOneTask;
  readonly roll: (
    staged: StagedBridges,
    change?: Partial<OneByOneInput>,
  ) => Promise<readonly ReplacedInstance[]>;
  /** Notes about what is held in the product's Redis. */
  readonly held: () => Promise<string>;
  /** How many bridges the API refuses. */
  readonly refused: () => Promise<string>;
  readonly scores: () => Promise<string>;
}

/**
 * Starts a stage before each test of a file and ends it afterwards.
 *
 * @param env - what every program of it is told besides
 */
export function rollStage(env: Readonly<Record<string, string>> = {}): RollStage {
  const settings = readSettings(process.env);
  let databases: BamfDatabases;
  let binary: string;
  let site: string;
  let stage: Stage;
  const said: string[] = [];

  beforeAll(async () => {
    [binary, site] = await Promise.all([buildBamf(settings), pythonSite(settings)]);
    databases = await startBamfDatabases(settings);
  });
  afterAll(() => databases.remove());
  beforeEach(async () => {
    said.length = 0;
    stage = await startStage(binary, await databases.another(), env);
  });
  afterEach(() => stage.close());

  const io = () => ({
    env: { PATH: process.env["PATH"], BAMF_REDIS_URL: stage.redisUrl, PYTHONPATH: site },
    say: (line: string) => void said.push(line),
  });
  const taskOf: RollStage["taskOf"] = (staged, change) => rollTask(stage, staged, change);
  const keys = (hash: string) => stage.redis("HKEYS", hash);
  return {
    get stage() {
      return stage;
    },
    said,
    bridges: async (count, tag) => {
      const programs = new Map<number, Program>();
      for (let ordinal = 0; ordinal < count; ordinal += 1)
        programs.set(ordinal, await stage.startBridge(ordinal));
      return stagePlatform(stage, programs, { tag });
    },
    io,
    taskOf,
    roll: (staged, change = {}) =>
      rollOneByOne(staged.platform, "bamf-bridge", taskOf(staged, change), io()),
    held: async () => `${await keys("gateways:held")}${await keys("gateways:withheld")}`,
    refused: () => stage.redis("SCARD", "bamf:revoked_certs"),
    scores: () => stage.redis("ZRANGE", "bridges:available", "0", "-1", "WITHSCORES"),
  };
}
