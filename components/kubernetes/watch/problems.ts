import type { Problem, ProblemKind } from "../../upgrade/platform";

/** Something about an object that does not get better by waiting, or only rarely does. */
export interface PodProblem {
  /** The same for the same trouble at two looks. */
  readonly key: string;
  readonly kind: ProblemKind;
  /** What is wrong, in words. */
  readonly text: string;
  /** How long it may last before it counts as a failure, in seconds. */
  readonly tolerance: number;
  /** Where it was seen, so that its log or its health can be read. */
  readonly pod?: string;
  readonly container?: string;
}

/** When earlier looks have seen each problem. */
export type Since = ReadonlyMap<string, Span>;

/** First and last time that a problem was seen, in milliseconds. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What to do about each kind of trouble. */
export const problemFix: Readonly<Record<ProblemKind, string>> = {
  image: "check the image name, its tag and the pull secret, then run the upgrade again",
  settings: "add the missing Secret, ConfigMap or key, then run the upgrade again",
  crash: "mend what the log lines name, or set the version back in the stack file",
  memory: "raise its memory limit, or set the version back in the stack file",
  unschedulable: "make room in the cluster or lower the requests, then run the upgrade again",
  forbidden: "raise the quota or mend what the message names, then run the upgrade again",
  stalled: "see what keeps the pods from starting, or set the version back in the stack file",
  starting: "mend what keeps it from starting, or set the version back in the stack file",
  unready: "mend what the failing check names, or set the version back in the stack file",
};

/** The problem as a step knows it; undefined if there is none. */
export const toProblem = (problem: PodProblem | undefined): Problem | undefined =>
  problem && {
    kind: problem.kind,
    text: problem.text,
    fix: problemFix[problem.kind],
    instance: problem.pod,
    container: problem.container,
  };

/** Shorter gaps count as the same problem, in milliseconds: between two failed pulls a pod shows nothing wrong. */
const shortGap = 5000;

/** Problems that have lasted longer than is tolerated, the longest overdue first, and what to remember for the next look. */
export function overdueProblems(problems: readonly PodProblem[], before: Since, now: number) {
  const kept = [...before].filter(([, { last }]) => now - last <= shortGap);
  const since: Since = new Map([
    ...kept,
    ...problems.map(({ key }) => {
      const first = new Map(kept).get(key)?.first ?? now;
      return [key, { first, last: now }] as const;
    }),
  ]);
  const excess = (problem: PodProblem) =>
    now - (since.get(problem.key)?.first ?? now) - problem.tolerance * 1000;
  const overdue = problems
    .filter((problem) => excess(problem) >= 0)
    .sort((one, other) => excess(other) - excess(one));
  return { since, overdue };
}
