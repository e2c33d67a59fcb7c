import { needsNoDatabase } from "./came-back";
import type { Finding } from "../finding";
import type { Plan } from "./plan";

/** What is wrong with the database stops no plan that needs nothing from it; it is reported, since the next upgrade needs it mended. */
export const withoutDatabase = (plan: Plan, findings: readonly Finding[]): readonly Finding[] =>
  needsNoDatabase(plan)
    ? findings.map((finding) =>
        finding.verdict === "block" || finding.verdict === "unknown"
          ? {
              ...finding,
              verdict: "warn" as const,
              fix: `nothing for this way back, which leaves the database alone; before the next upgrade: ${finding.fix}`,
            }
          : finding,
      )
    : findings;
