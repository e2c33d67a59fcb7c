import type { HostFacts } from "../facts/host-facts";
import type { WantedBinary } from "./judge-host";

/** What has become of a second instance that was asked for. */
export interface BesideOutcome {
  /** `leads`: it takes new tunnels; `failed`: the release does not come up there; `cannot`: none can run there, and the host waits as without. */
  readonly outcome: "leads" | "failed" | "cannot";
  /** Why, unless it leads. */
  readonly reason: string;
}

/** What has become of it, in words. */
export const besideInWords = ({ outcome, reason }: BesideOutcome): string =>
  outcome === "leads" ? "a second instance takes its new tunnels" : `no second instance: ${reason}`;

/** True if a second instance of another release than the wanted one takes new tunnels, or is about to: a run has left it that nobody has finished. */
export const isStray = (
  { beside }: Pick<HostFacts, "beside">,
  { sha256 }: Pick<WantedBinary, "sha256">,
): boolean => beside !== undefined && beside.sha256 !== sha256 && beside.phase !== "leaves";

/** What is said of hosts whose second instance has not ended with the rollout: it ends by itself. */
export const leavingInWords = (name: string, { beside }: Pick<HostFacts, "beside">): string[] =>
  beside === undefined
    ? []
    : [
        `${name}: a second instance runs beside its agent, and ends with its last tunnel (at most ${beside.tunnels ?? "unknown"} now)`,
      ];
