import type { HttpReply } from "../../upgrade/platform";
import { failingChecks } from "../failing-checks";
import type { Fault } from "./fault";

/** One request of our own through the gateway. */
export interface Probe {
  /** By which way: the Service, or the URL of the stack file. */
  readonly by: "service" | "url";
  /** Path, or the whole URL. */
  readonly path: string;
  /** Statuses that are as they should be. */
  readonly ok: readonly number[];
  /** Undefined if nobody answered. */
  readonly reply: HttpReply | undefined;
  /** Why nobody answered, where that is known. */
  readonly silence?: string | undefined;
}

const ways: readonly Probe["by"][] = ["service", "url"];
const words = {
  service: "requests through the gateway",
  url: "requests from outside",
};

/** True if the answer is none that shows that the request went all the way. */
export const isBad = ({ ok, reply }: Probe): boolean =>
  reply === undefined || !ok.includes(reply.status);

/**
 * How many probes failed, and whether that is too many on one of the ways (S-20, T-15). No answer counts as a failure; many good answers
 * by the Service do not make up for bad ones from outside.
 */
export function judgeProbes(
  probes: readonly Probe[],
  maxErrorRate: number,
): { readonly failed: number; readonly faults: readonly Fault[] } {
  const faults = ways.flatMap((way): readonly Fault[] => {
    const sent = probes.filter(({ by }) => by === way);
    const bad = sent.filter(isBad);
    if (bad.length <= sent.length * maxErrorRate) return [];
    const kinds = new Set(bad.map((probe) => `${probe.path} ${answerOf(probe)}`));
    const text = `${bad.length} of ${sent.length} ${words[way]} failed: ${[...kinds].join(", ")}`;
    return [{ kind: "probe", text }];
  });
  return { failed: probes.filter(isBad).length, faults };
}

/** The status, and the checks that a readiness answer complains about. */
function answerOf({ reply, silence }: Probe): string {
  if (reply === undefined) return silence === undefined ? "no answer" : `no answer (${silence})`;
  const complaint = failingChecks(reply);
  return complaint.includes("not ok") ? `${reply.status} (${complaint})` : String(reply.status);
}
