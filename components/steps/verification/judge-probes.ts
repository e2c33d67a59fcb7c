import type { Reply } from "../../kubernetes/client";
import { failingChecks } from "../failing-checks";
import type { Fault } from "./fault";

/** One request of our own through the gateway. */
export interface Probe {
  readonly path: string;
  /** Statuses that are as they should be. */
  readonly ok: readonly number[];
  /** Undefined where nobody answered. */
  readonly reply: Reply | undefined;
}

/** How many probes failed, and whether that is too many (S-20, T-15). No answer counts as a failure. */
export function judgeProbes(
  probes: readonly Probe[],
  maxErrorRate: number,
): { readonly failed: number; readonly faults: readonly Fault[] } {
  const bad = probes.filter(({ ok, reply }) => reply === undefined || !ok.includes(reply.status));
  if (bad.length <= probes.length * maxErrorRate) return { failed: bad.length, faults: [] };
  const kinds = new Set(bad.map(({ path, reply }) => `${path} ${tell(reply)}`));
  const text = `${bad.length} of ${probes.length} requests through the gateway failed: ${[...kinds].join(", ")}`;
  return { failed: bad.length, faults: [{ kind: "probe", text }] };
}

/** The status, and the checks that a readiness answer complains about. */
function tell(reply: Reply | undefined): string {
  if (reply === undefined) return "no answer";
  const complaint = failingChecks(reply);
  return complaint.includes("not ok") ? `${reply.status} (${complaint})` : String(reply.status);
}
