import type { Lab } from "../lab/lab";

/** What a measure may use. */
export interface Bench {
  readonly lab: Lab;
  /** Folder for what a measure makes; it is removed at the end. */
  readonly directory: string;
  /** How often each side is measured; one more run before does not count. */
  readonly runs: number;
  readonly say: (line: string) => void;
}

/** The same work done in two ways, measured in turns; or in one way alone, where nothing does the same. */
export interface Comparison {
  readonly title: string;
  /** Seconds of each run of this program. */
  readonly ours: readonly number[];
  /** Seconds of each run of what it is compared with. @defaultValue nothing to compare with, and no ratio */
  readonly other?: readonly number[];
}

/** Rows of words under a head of as many. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Measured {
  readonly comparisons: readonly Comparison[];
  /** What else is worth a table. @defaultValue nothing */
  readonly tables?: readonly Table[];
  /** What a reader has to know about the figures: sizes, counts, what was seen. One sentence each. */
  readonly facts: readonly string[];
}

/** One thing worth measuring. A measure asserts what the runs came to, never how long they took. */
export interface Measure {
  /** Word by which it is chosen: `npm run bench -- preview`. */
  readonly name: string;
  readonly title: string;
  /** What is compared with what, in one or two sentences. */
  readonly about: string;
  readonly run: (bench: Bench) => Promise<Measured>;
}
