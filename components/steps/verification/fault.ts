/** Kinds of faults, the worst first. */
const faultKinds = [
  "rollout",
  "image",
  "probe",
  "health",
  "traffic",
  "restart",
  "version",
  "log",
  "schema",
] as const;

/** One thing that speaks against the release. Never holds a secret. */
export interface Fault {
  readonly kind: (typeof faultKinds)[number];
  readonly text: string;
}

/** The same faults, worst first; of one kind, as found. */
export const worstFirst = (faults: readonly Fault[]): readonly Fault[] =>
  [...faults].sort((one, other) => faultKinds.indexOf(one.kind) - faultKinds.indexOf(other.kind));
