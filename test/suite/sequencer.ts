import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { longestFirst, readDurations, ROOT } from "./durations.ts";

/** Starts the longest test files first, by the committed seconds of each. */
export class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    return longestFirst(specifications, await readDurations(), ({ moduleId }) =>
      relative(ROOT, moduleId),
    );
  }
}
