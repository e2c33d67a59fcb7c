import type { Evidence } from "../../upgrade/evidence/evidence";
import type { Observation } from "../../upgrade/observation";
import type { Traffic } from "../../upgrade/traffic";
import type { Fault } from "./fault";
import { trafficWords } from "./judge-traffic";
import type { VerificationTask } from "../verification-input";
import type { WeighedTraffic } from "./weigh-traffic";

/** The verdict in one line. If nobody has data it says what is left to judge by (S-49). */
export const reportTraffic = ({ verdict, text }: WeighedTraffic): string =>
  verdict === "no data"
    ? `${verdict}; the release is judged by the requests of this verification alone (${text})`
    : `${verdict}, ${text}`;

/** What the gateway answered before the upgrade; undefined if no Prometheus is configured. */
export function reportBaseline(
  baseline: Observation<Traffic> | undefined,
  { prometheus, maxErrorRate }: VerificationTask,
): string | undefined {
  if (baseline === undefined || prometheus === undefined) return undefined;
  if (!baseline.observed)
    return `what the gateway answered before is not known: Prometheus could not be asked, ${baseline.reason}`;
  const { requests, errors } = baseline.value;
  if (requests === 0) return "Prometheus knows of no answer before this release";
  const worse = errors > requests * maxErrorRate ? ", which was already more than allowed" : "";
  return `before this release, in ${prometheus.baselineMinutes} min: ${trafficWords(baseline.value)}${worse}`;
}

/** The verdict as a fault, where it is one; with what the gateway answered before, which tells whose fault it is. */
export const trafficFaults = (
  { verdict, text }: Pick<WeighedTraffic, "verdict" | "text">,
  maxErrorRate: number,
  before: string | undefined,
): readonly Fault[] => {
  if (verdict !== "bad") return [];
  const compared = before === undefined ? "" : ` (${before})`;
  return [{ kind: "traffic", text: `${text}, at most ${maxErrorRate * 100} % allowed${compared}` }];
};

/** What the evidence keeps of it. A bad verdict never gets that far. */
export const trafficEvidence = (
  { verdict, source, requests, errors }: WeighedTraffic,
  baseline: Observation<Traffic> | undefined,
): Evidence["traffic"] => ({
  verdict: verdict === "good" ? "good" : "no data",
  source,
  requests,
  errors,
  ...(baseline?.observed === true && baseline.value.requests > 0 ? { before: baseline.value } : {}),
});
