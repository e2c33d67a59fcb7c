import type { RemainingPolicy } from "../../upgrade/sessions";

/** What a rollout may do to tunnels through agents: the stop of an agent cuts all of them, and nothing can carry one over. */
export interface TunnelPolicy {
  /** `wait`: waits on; `stop`: halts there, with the agent serving; `cut`: cuts them, up to what is consented to. */
  readonly policy: RemainingPolicy;
  /** How long the tunnels of one host get to end by themselves, in seconds. */
  readonly limitSeconds: number;
  /** Most tunnels that the operator has consented to cut for this release, by group, over all of its runs. @defaultValue none */
  readonly consented: ReadonlyMap<string, number>;
}

/** One host that waits for its turn. */
export interface WaitingHost {
  readonly group: string;
  /** Tunnels through its agent; undefined if it does not say. */
  readonly open: number | undefined;
  readonly waitedSeconds: number;
  /** Tunnels of its group that were cut for this release so far, by this run and by those before it. */
  readonly cutSoFar: number;
}

/** What to do with a host. */
export type TunnelVerdict = "swap" | "wait" | { readonly halt: string };

/** Decides whether an agent may be stopped now. One that does not say how many tunnels it has is not stopped on a guess: only a consent to cut covers it. */
export function judgeTunnels(
  { group, open, waitedSeconds, cutSoFar }: WaitingHost,
  { policy, limitSeconds, consented }: TunnelPolicy,
): TunnelVerdict {
  if (open === 0) return "swap";
  if (waitedSeconds < limitSeconds || policy === "wait") return "wait";
  const found =
    open === undefined
      ? "it does not say how many tunnels are open"
      : `${open} tunnels are open after ${limitSeconds} s, and its stop cuts all of them`;
  if (policy === "stop") return { halt: `${found}; sessions.policy is stop` };
  const allowed = consented.get(group);
  if (allowed === undefined) return { halt: `${found}; no consent to cut names group ${group}` };
  if (open === undefined || cutSoFar + open <= allowed) return "swap";
  return {
    halt: `${found}; the consent for group ${group} covers ${allowed}, of which ${cutSoFar} are cut`,
  };
}
