import type { HostFacts } from "../facts/host-facts";
import type { BesideOutcome } from "../plan/beside";
import type { WantedBinary } from "../plan/judge-host";

/** What became of the swap on one host. */
export interface SwapOutcome {
  readonly outcome: "swapped" | "swapped-back" | "refused" | "failed";
  /** Why, unless it was swapped. */
  readonly reason: string;
  /** `kept` if certificate and key are those from before (B-39). */
  readonly identity: "kept" | "changed" | "unknown";
}

/** How hosts are reached. All throw if a host does not answer. */
export interface HostsAccess {
  readonly look: (host: string) => Promise<HostFacts>;
  /** Brings the file beside the one in use, which serves on, however long that takes. @returns why it could not be brought */
  readonly stage: (host: string, wanted: WantedBinary) => Promise<string | undefined>;
  /** Has a second instance take new tunnels, with the agent serving on. Undefined where nobody wants one. */
  readonly beside?: (host: string, wanted: WantedBinary) => Promise<BesideOutcome | undefined>;
  /** Ends a second instance that is not wanted any more, with its last tunnel. */
  readonly dismiss?: (host: string) => Promise<void>;
  /** Does what is left to do, and returns once the host has judged its new agent. */
  readonly swap: (host: string, wanted: WantedBinary) => Promise<SwapOutcome>;
}

/** One host after a rollout. */
export interface RolledHost {
  readonly host: string;
  readonly group: string;
  readonly sha256: string;
  /** True if this run has swapped it; else it was at the release before. */
  readonly isSwapped: boolean;
  /** True if new tunnels went to a second instance while its own had their time. */
  readonly isBeside: boolean;
  /** Most open tunnels that were seen before it was told to stop; undefined if it did not say. */
  readonly found: number | undefined;
  /** Open tunnels when it was told to stop, all of which it has cut, or those open now if it was left alone; undefined if it did not say. */
  readonly tunnels: number | undefined;
  /** From the first word to it until it was judged; 0 if it was at the release before. */
  readonly seconds: number;
}
