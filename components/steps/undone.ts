/** What was put back behind a step that has failed. */
export interface Undone {
  /** In words: `scaled gateway to 2 replicas`. */
  readonly undone: readonly string[];
  /** Workloads that an earlier step, which is complete, keeps stopped. */
  readonly left: readonly string[];
}

/**
 * What was put back, and what still stands, in one line.
 *
 * @param earlier - the step that keeps the rest stopped: `restore`
 */
export const describeUndone = ({ undone, left }: Undone, earlier: string): string =>
  [
    undone.length === 0 ? "nothing was changed" : `undone: ${undone.join(", ")}`,
    ...left.map(
      (name) => `left ${name} stopped, whose rollout after an earlier ${earlier} is still due`,
    ),
  ].join("; ");
