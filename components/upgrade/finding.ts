/**
 * What a gate has to say.
 *
 * - `pass`: looked, and it is as it should be.
 * - `warn`: looked, and the operator should know; nothing is stopped.
 * - `block`: looked, and going on would be wrong.
 * - `unknown`: could not look. A warning in preview, a refusal in `up` (law 3).
 */
export type Verdict = "pass" | "warn" | "block" | "unknown";

/** One answer of one gate. `expected` and `fix` are empty on a pass. Never holds a secret. */
export interface Finding {
  /** Kebab-case name of the gate, the same as its file: `license-horizon`. */
  readonly gate: string;
  readonly verdict: Verdict;
  /** The config path, object or place that was looked at: `gateways:smoltbot.version`. */
  readonly at: string;
  /** What was found, with its unit. */
  readonly found: string;
  readonly expected: string;
  /** What to do about it, as an instruction. */
  readonly fix: string;
  /** True of a block that also stops a run at an unchanged stack file, since what a cut-off run has left makes that run do harm. @defaultValue false */
  readonly stands?: boolean;
}

/** What a gate says about the place that it looked at. */
export interface Answer {
  readonly at: string;
  readonly found: string;
}

/** An answer that asks for something to be done. */
export interface Objection extends Answer, Pick<Finding, "expected" | "fix" | "stands"> {}

/** Speaks for one gate, so that its name is written once. */
export const gate = (name: string) => ({
  pass: (answer: Answer): Finding => ({
    gate: name,
    verdict: "pass",
    expected: "",
    fix: "",
    ...answer,
  }),
  warn: (objection: Objection): Finding => ({ gate: name, verdict: "warn", ...objection }),
  block: (objection: Objection): Finding => ({ gate: name, verdict: "block", ...objection }),
  unknown: (objection: Objection): Finding => ({ gate: name, verdict: "unknown", ...objection }),
});

/**
 * The same finding with its words changed: what it quotes, of a pod or of a server, may hold a secret.
 *
 * @param hide - takes secrets out of a text
 */
export const hideIn =
  (hide: (text: string) => string) =>
  (finding: Finding): Finding => ({
    ...finding,
    found: hide(finding.found),
    expected: hide(finding.expected),
    fix: hide(finding.fix),
  });
