/** Pods of one kind that are replaced one after the other. */
export interface Roll {
  /** How many there are. */
  readonly replicas: number;
  /** `terminationGracePeriodSeconds` of its pods: a stop takes this long if something stays open. */
  readonly graceSeconds: number;
  /**
   * Longest start of a pod, in seconds: image, certificate from the API (30 s at most), registration, readiness.
   * @defaultValue 90
   */
  readonly startSeconds?: number;
}

/** Kinds of pods in the order in which they are replaced. */
export const PARTS = ["api", "bridge", "proxy", "web", "agent"] as const;
export type Part = (typeof PARTS)[number];

const START_SECONDS = 90;

const WHAT_STAYS: Readonly<Record<Part, string>> = {
  api: "a request",
  bridge: "a session",
  proxy: "a request",
  web: "a request",
  agent: "a session",
};

/**
 * Longest roll in seconds, one pod at a time: each may take its whole grace period to end, and its successor its longest start (B-17). What the
 * program waits before it stops a pod is not in it. A shorter limit may end a roll that goes well (T-23).
 */
export const limitSeconds = ({ replicas, graceSeconds, startSeconds }: Roll): number =>
  replicas * (graceSeconds + (startSeconds ?? START_SECONDS));

/** Says for the preview how long each part may take: `bridge: up to 1 h 3 min if a session stays`. */
export const describeLimits = (rolls: Readonly<Partial<Record<Part, Roll>>>): readonly string[] =>
  PARTS.flatMap((part) => {
    const roll = rolls[part];
    if (roll === undefined || roll.replicas === 0) return [];
    return [`${part}: up to ${inWords(limitSeconds(roll))} if ${WHAT_STAYS[part]} stays`];
  });

/** Hours and minutes, rounded up; below a minute and a half seconds: `1 h 3 min`, `7 min`, `90 s`. */
export function inWords(seconds: number): string {
  if (seconds <= 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 ? [`${rest} min`] : [])].join(" ");
}
