import { defineConfig } from "vitest/config";
import { lanesOf } from "./test/suite/lanes.ts";
import { leftOutOf } from "./test/suite/left-out.ts";
import { LongestFirst } from "./test/suite/sequencer.ts";

/** Dependencies, and what this run leaves out. */
const elsewhere = ["node_modules/**", ...leftOutOf(process.env)];

/** Files share a worker and what it has loaded: loading the same modules anew for each file cost more than most of these tests. */
const shared = { pool: "forks", isolate: false } as const;

const inLab = {
  ...shared,
  globalSetup: "test/lab/global-setup.ts",
  testTimeout: 1_800_000,
  hookTimeout: 1_800_000,
} as const;

/** Files of the project `processes` side by side: they wait most of the time, and are about seconds. */
const PROCESSES = 4;

/**
 * Four projects, one after the other: `unit` needs nothing but Node; `lab` needs the lab, starts it, and runs its files side by side in `TEST_LANES` lanes;
 * `processes` runs programs of the lab without its cluster, beside nothing that needs much of the processor; `alone` needs the lab too and runs file by file,
 * because these files stop programs that the others need, or are about seconds.
 */
export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.lab.test.ts", ...elsewhere],
          // None of these tests is about time: a limit is there for what never ends, on a machine that is busy with something else.
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...inLab,
          name: "lab",
          include: ["test/**/*.lab.test.ts"],
          exclude: ["test/**/*.{alone,processes}.lab.test.ts", ...elsewhere],
          maxWorkers: lanesOf(process.env),
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...inLab,
          name: "processes",
          include: ["test/**/*.processes.lab.test.ts"],
          exclude: elsewhere,
          maxWorkers: PROCESSES,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...inLab,
          name: "alone",
          include: ["test/**/*.alone.lab.test.ts"],
          exclude: elsewhere,
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
