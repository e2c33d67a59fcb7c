import { counted } from "./counted";
import type { Finding, Verdict } from "./finding";

/** Which run asks: a preview may go on without having looked, an `up` may not (law 3). */
export type Phase = "preview" | "up";

/** Gravest first. */
const gravity: readonly Verdict[] = ["block", "unknown", "warn", "pass"];

/** The findings that stop this run, gravest first: a block always, an unknown only in `up`. */
export const judge = (
  findings: readonly Finding[],
  { phase }: { readonly phase: Phase },
): readonly Finding[] =>
  ordered(findings).filter(
    ({ verdict }) => verdict === "block" || (verdict === "unknown" && phase === "up"),
  );

/** One line per finding, gravest first, and one last line that counts the passes. The order of the findings does not matter. */
export const report = (findings: readonly Finding[]): string =>
  [
    ...ordered(findings)
      .filter(({ verdict }) => verdict !== "pass")
      .map(renderFinding),
    ...passes(findings),
  ].join("\n");

/** `BLOCK license-horizon at gateways:...: found ...; expected .... Fix: ....` in one line. */
const renderFinding = ({ verdict, gate, at, found, expected, fix }: Finding): string =>
  `${verdict.toUpperCase()} ${gate} at ${at}: found ${found}; expected ${expected}. Fix: ${fix}.`.replace(
    /\s+/g,
    " ",
  );

function passes(findings: readonly Finding[]): readonly string[] {
  const passed = findings.filter(({ verdict }) => verdict === "pass");
  const gates = [...new Set(passed.map(({ gate }) => gate))].sort();
  return gates.length === 0 ? [] : [`PASS ${counted(passed.length, "check")}: ${gates.join(", ")}`];
}

const ordered = (findings: readonly Finding[]): readonly Finding[] =>
  findings
    .map((finding) => ({
      finding,
      key: `${gravity.indexOf(finding.verdict)} ${renderFinding(finding)}`,
    }))
    .sort((left, right) => (left.key < right.key ? -1 : 1))
    .map(({ finding }) => finding);
