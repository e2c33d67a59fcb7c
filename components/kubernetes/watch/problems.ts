/** Something about an object that will not get better by waiting, or only rarely does. */
export interface PodProblem {
  /** The same for the same trouble at two looks. */
  readonly key: string;
  readonly kind: ProblemKind;
  /** What is wrong, in words. */
  readonly text: string;
  /** How long it may last before it counts as a failure, in seconds. */
  readonly patience: number;
  /** Where it was seen, so that its log or its health can be read. */
  readonly pod?: string;
  readonly container?: string;
}

export type ProblemKind =
  | "image"
  | "settings"
  | "crash"
  | "memory"
  | "unschedulable"
  | "forbidden"
  | "stalled"
  | "starting"
  | "unready";

/** What earlier looks saw of each sign. */
export type Since = ReadonlyMap<string, Span>;

/** First and last time that a sign was seen, in milliseconds. */
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

/** A sign that is away for less than this never went, in milliseconds: between two failed pulls a pod looks innocent. */
const blink = 5000;

/** Signs that have lasted longer than their patience, worst (longest overdue) first, and what to remember for the next look. */
export function overdueProblems(signs: readonly PodProblem[], before: Since, now: number) {
  const kept = [...before].filter(([, { last }]) => now - last <= blink);
  const since: Since = new Map([
    ...kept,
    ...signs.map(({ key }) => {
      const first = new Map(kept).get(key)?.first ?? now;
      return [key, { first, last: now }] as const;
    }),
  ]);
  const overdue = (sign: PodProblem) =>
    now - (since.get(sign.key)?.first ?? now) - sign.patience * 1000;
  const ripe = signs
    .filter((sign) => overdue(sign) >= 0)
    .sort((one, other) => overdue(other) - overdue(one));
  return { since, ripe };
}
