import type { Finding } from "./finding";

/** Turns every block and every unknown into a warning, but for a block that stands: if nothing changes, gates report and mostly do not stop. */
export const downgradeToWarnings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.map((finding) =>
    finding.verdict === "pass" || finding.stands === true
      ? finding
      : { ...finding, verdict: "warn" as const },
  );
