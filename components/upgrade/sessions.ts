import type { Platform } from "./platform";
import type { StepIo } from "./step-io";

/** What happens to sessions that are still open when they have had their time to end by themselves, and that nothing can carry over. */
export type RemainingPolicy = "wait" | "stop" | "cut";

/**
 * What a roll may do to sessions.
 *
 * - `wait`: it waits on, for as long as it takes.
 * - `stop`: the roll ends there; the instance keeps serving, and takes new sessions again.
 * - `cut`: they are cut, up to the number that the operator has consented to; with more of them the roll ends as with `stop`.
 */
export interface SessionPolicy {
  readonly policy: RemainingPolicy;
  /** How many sessions the operator has consented to cut, over all instances. */
  readonly cut: number;
  /** How long sessions get to end by themselves, in seconds. */
  readonly limitSeconds: number;
  /** False keeps new sessions off the instance by nothing: what would write into the product's own data is left out. */
  readonly cordon: boolean;
  /** True carries over what the product can move, once the time is over. Nothing is carried where there is no cordon. */
  readonly carry: boolean;
}

/** Sessions of one instance at one moment, as the instance itself counts them. */
export interface SessionLook {
  readonly open: number;
  readonly byProtocol: Readonly<Record<string, number>>;
  /** Those that no other instance can take over. */
  readonly fixed: number;
}

/** What became of the sessions of one instance that was replaced. */
export interface InstanceSessions {
  readonly instance: string;
  /** Open when new sessions were kept off it, and when it was told to stop. */
  readonly found: number;
  readonly atStop: number;
  /** Of those at the stop: carried over, and not seen again. */
  readonly kept: number;
  readonly lost: number;
  /** The longest time that one of those kept was without an instance, in seconds, as the product's own data show it; undefined if none was carried. */
  readonly longestStallSeconds?: number | undefined;
  /** Whether the new instance was seen to carry bytes; undefined if nobody used it. */
  readonly carriesBytes?: true | undefined;
}

/**
 * The sessions that users have open on the instances of one workload. Each method looks first and does what is left to do. Whatever it writes into the
 * product's data is undone when it is closed, and by {@link Sessions.recover} of a later run where this one was killed.
 */
export interface Sessions {
  /** Undoes or takes up what a killed run has left. */
  readonly recover: () => Promise<Recovered>;
  /**
   * The sessions on these instances and on those that were replaced; undefined for one that does not say.
   *
   * @param waiting - instances that still run an older release
   */
  readonly look: (
    waiting: readonly string[],
  ) => Promise<ReadonlyMap<string, SessionLook | undefined>>;
  /**
   * Returns once the instance may be stopped: new sessions land elsewhere, and what is open on it has ended or is dealt with by the policy.
   *
   * @param waiting - the other instances that still run an older release
   * @throws StepFailure if the others have no room, or the policy ends the roll; the instance takes new sessions again by then.
   */
  readonly prepare: (instance: string, waiting: readonly string[]) => Promise<void>;
  /**
   * Returns once the successor of a prepared instance takes new sessions and those carried over have settled.
   *
   * @returns undefined for one that a killed run was about to stop, and that was never stopped: it takes new sessions again
   * @throws StepFailure if it does not come back to the product.
   */
  readonly returned: (instance: string) => Promise<InstanceSessions | undefined>;
}

/** What was found of a run that was killed. */
export interface Recovered {
  /** What was done about it, in sentences. */
  readonly said: readonly string[];
  /** An instance that it had told to stop, and that is not back: what it needs is held. */
  readonly stopping?: string | undefined;
}

/** What is rolled, and how. */
export interface SessionsArgs {
  readonly platform: Platform;
  readonly workload: string;
  readonly policy: SessionPolicy;
  /** How long an instance may take to be replaced, in seconds: what it needs meanwhile is held that long even if this process is killed. */
  readonly withinSeconds: number;
  /** What the product's own kind of sessions is told. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What became of sessions that nothing can carry over. */
export interface EndedSessions {
  /** Open at the first look. */
  readonly found: number;
  /** Open at the last one: what is done next ends them, as the policy allows. */
  readonly cut: number;
}

/**
 * Waits until the sessions on a workload have ended, all of whose instances are about to be replaced at once; the policy decides about those that stay.
 *
 * @throws StepFailure if the policy ends the run; nothing was touched.
 */
export type EndSessions = (
  args: Omit<SessionsArgs, "withinSeconds">,
  io: StepIo,
) => Promise<EndedSessions>;

/** Runs work with the sessions of a workload, and undoes afterwards what is still to be undone, whatever happens. */
export type OpenSessions = <T>(
  args: SessionsArgs,
  io: StepIo,
  work: (sessions: Sessions) => Promise<T>,
) => Promise<T>;
