import type { ExternalBackup } from "./external-backup";
import type { StepIo } from "./step-io";

/**
 * Where a product runs: which kind of target it is, and what that kind needs to be reached. Whoever opens it reads the rest.
 */
export interface PlatformPlace {
  /** Kind of the target. @defaultValue `kubernetes` */
  readonly target?: string | undefined;
  readonly [key: string]: unknown;
}

/**
 * Runs work with the platform at a place, and closes it afterwards. Nothing is asked of the place before the work asks.
 *
 * @throws StepFailure if the place refuses or does not answer.
 */
export type OpenPlatform = <T>(
  place: PlatformPlace,
  io: StepIo,
  work: (platform: Platform) => Promise<T>,
) => Promise<T>;

/**
 * What a step needs of the place where a product runs. Every operation is whole: it looks first and does what is left to do, so that a
 * step that was killed can call it again. Every failure is one sentence without a secret.
 */
export interface Platform extends ProgramHost {
  /**
   * Images that one container runs in all instances with these labels, each once; instances that have ended do not count.
   */
  readonly runningImages: (
    labels: Readonly<Record<string, string>>,
    container: string,
  ) => Promise<readonly string[]>;
  /** How a workload is at this moment. @throws StepFailure if there is no such workload. */
  readonly look: (workload: string) => Promise<WorkloadLook>;
  /** Watches one workload while its new release comes up. Nothing is asked before the first look. */
  readonly watchRollout: (workload: string, options: RolloutOptions) => RolloutWatch;
  /** The instances of a workload that are replaced one at a time, and only on command. */
  readonly oneByOne: (workload: string, options?: ReplaceOptions) => OneByOne;
  /** Sends a request from inside of the place; undefined if nobody answers. */
  readonly ask: (
    to: HttpTarget,
    path: string,
    request?: HttpRequest,
  ) => Promise<HttpReply | undefined>;
  /** Lines of a container's log, oldest first; none if there is no log. */
  readonly log: (question: LogQuestion) => Promise<readonly string[]>;
  /** The workloads that write to a database. */
  readonly writers: (workloads: readonly string[]) => Writers;
  /** The one-shot program that migrates a database. */
  readonly migration: (which: MigrationName) => Migration;
  /** Whether a secret is there, found out without reading it. `words` names it in messages. */
  readonly findSecret: (
    name: string,
  ) => Promise<{ readonly exists: boolean; readonly words: string }>;
  /** The newest backup of which an object of the place tells. @throws Error if there is none. */
  readonly externalBackup: (object: BackupObject) => Promise<ExternalBackup>;
  /** Makes this program the one owner of what another installer has made; a second call finds nothing to do. */
  readonly takeOver: (installed: InstalledRelease) => Promise<TakenOver>;
}

/** Where programs run next to a database. */
export interface ProgramHost {
  /**
   * Finds the one running container that is meant.
   *
   * @throws StepFailure if none or more than one runs.
   */
  readonly findContainer: (query: ContainerQuery) => Promise<Container>;
  /**
   * Runs work with a container of our own and removes it afterwards, whatever happens; it also ends when this process does. Those that
   * killed runs have left behind are removed first.
   *
   * @throws StepFailure if it does not start.
   */
  readonly runClient: <T>(
    spec: ClientSpec,
    work: (container: Container) => Promise<T>,
    signal?: AbortSignal,
  ) => Promise<T>;
}

/** A program and its arguments, to be started on this machine without a shell. */
export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
}

/** A running container in which programs can be started. */
export interface Container {
  /** For messages: `pod databases/postgres-0`. */
  readonly words: string;
  /**
   * What to start on this machine so that the program runs in the container.
   *
   * @param hasInput - whether the program reads its input. @defaultValue true
   */
  readonly command: (
    program: readonly string[],
    options?: { readonly hasInput?: boolean },
  ) => CommandLine;
  /**
   * Waits until nobody knows any more whether a program that runs in it goes on, as with a daemon that has fallen silent, and says why: such a program never ends by itself.
   *
   * @param until - ends the wait. @defaultValue a program ends by itself in any case
   */
  readonly lost?: (until: AbortSignal) => Promise<string>;
  /** What to do if no program can be started in it. */
  readonly reachFix: string;
}

/** Which container is meant. */
export interface ContainerQuery {
  /** Name of the instance. Wins over the selector. */
  readonly instance?: string | undefined;
  /** Label selector that matches exactly one running instance: `app=postgres`. */
  readonly selector?: string | undefined;
  /** @defaultValue the instance's first container */
  readonly container?: string | undefined;
}

/** A container of our own that reaches a database from inside of the place. */
export interface ClientSpec {
  /** Beginning of its name. */
  readonly name: string;
  readonly image: string;
  readonly imagePullSecrets: readonly { readonly name: string }[];
  readonly serviceAccount?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** The secret whose key becomes this variable: nobody else ever reads it. */
  readonly secret: { readonly name: string; readonly key: string; readonly variable: string };
  /** Variables without a secret. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it runs, for `sh -c`. */
  readonly script: string;
  /** Folder in memory, for its one user. */
  readonly folder: string;
  /** Succeeds once it can be used. */
  readonly readyCommand: readonly string[];
  /** Longest wait for that, in seconds. */
  readonly startsWithinSeconds: number;
}

/** What runs for a workload: a pod, or a container of a Docker host. */
export interface Instance {
  readonly name: string;
  /** ISO 8601; undefined if unknown. */
  readonly createdAt: string | undefined;
  /** ISO 8601: since when it has been ready; undefined if it is not. */
  readonly readySince: string | undefined;
  /** Whether it has ever been ready: one that never was has served nobody. */
  readonly wasReady: boolean;
  readonly containers: readonly InstanceContainer[];
  /** Containers that have run before the others. */
  readonly initContainers: readonly InstanceContainer[];
}

export interface InstanceContainer {
  readonly name: string;
  /** As it was asked for. */
  readonly image: string;
  /** What the runtime calls the image that runs, mostly with a digest; undefined if it tells nothing. */
  readonly imageId: string | undefined;
  /** Times that it has restarted; undefined before its first start. */
  readonly restarts: number | undefined;
}

/** Kinds of trouble that keep a release from coming up. */
export type ProblemKind =
  | "image"
  | "settings"
  | "crash"
  | "memory"
  | "unschedulable"
  | "forbidden"
  | "stalled"
  | "starting"
  | "unready";

/** Something that keeps a workload from coming up. */
export interface Problem {
  readonly kind: ProblemKind;
  /** What is wrong, in words. */
  readonly text: string;
  /** What to do about it. */
  readonly fix: string;
  /** Where it was seen, so that its log or its health can be read. */
  readonly instance?: string | undefined;
  readonly container?: string | undefined;
}

/** A workload at one moment. */
export interface WorkloadLook {
  /** For messages: `Deployment gateway`. */
  readonly words: string;
  /** `done`: every wanted instance is of the newest release and ready, and older ones are gone or ending. */
  readonly state: "done" | "waiting" | "failed";
  /** Where it stands: `gateway 1/2 ready (new), 2 old`. */
  readonly progress: string;
  /** The worst problem; one that may still pass is named as well. */
  readonly problem: Problem | undefined;
  /** Instances of the newest release that are not ending. */
  readonly instances: readonly Instance[];
  /** Instances of older releases that are not ending: they serve until their successors do. */
  readonly older: readonly Instance[];
  /** How many instances are wanted. */
  readonly wanted: number;
  /** Image per container, as it is asked for. */
  readonly images: Readonly<Record<string, string>>;
  /** How long `done` has to last before it counts, in milliseconds: more than 0 if nothing tests whether a container is ready. */
  readonly settleMs: number;
}

/** How a rollout is watched. Durations are in seconds. */
export interface RolloutOptions {
  /** How old instances leave that have no pause before their stop; left out if none of them serves. */
  readonly drain?: { readonly label: string; readonly pauseSeconds: number } | undefined;
  /** How long an instance may fit nowhere. */
  readonly unschedulableWithinSeconds?: number | undefined;
  /** How long an instance may run without being ready. @defaultValue what its own probes allow */
  readonly readyWithinSeconds?: number | undefined;
}

/** How long new instances may take to come up. Durations are in seconds. */
export type ReplaceOptions = Omit<RolloutOptions, "drain">;

/** Instances of one workload that wait for their turn: nothing replaces one of them before its release. */
export interface OneByOne {
  /**
   * Has them wait before another release is declared; to be called only if that is not declared itself. Nothing to do if there is none of them.
   *
   * @throws StepFailure if they cannot be held.
   */
  readonly hold: () => Promise<void>;
  /**
   * Instances that still run an older release, in the order of their turns; all but the first of them serve by then. What a killed run has released is
   * held again, and an instance that holds nothing and does not get ready is replaced by then. Where there is room for both, as in a Deployment, every instance of
   * the new release serves by then as well.
   *
   * @throws StepFailure if nothing holds them, or if another instance does not get ready.
   */
  readonly waiting: () => Promise<readonly string[]>;
  /**
   * Lets one instance be replaced, the first of those that wait, and returns once its successor is ready. All others stay held, also if this process is
   * killed.
   *
   * @param withinSeconds - for the old instance to end and the new one to get ready
   * @throws StepFailure with the reason if the new one does not come up.
   */
  readonly replace: (instance: string, withinSeconds: number) => Promise<void>;
}

/** One workload whose release is rolled out. */
export interface RolloutWatch {
  /** Looks once more; a problem fails the rollout only after it has lasted over several looks. */
  readonly look: () => Promise<WorkloadLook>;
  /**
   * Clears what an earlier run has left: replicas that a restore has taken away, instances that are stuck. From then on every look sees
   * to old instances that need help with leaving. Needs a first look.
   */
  readonly begin: () => Promise<void>;
  /** True while old instances are there that need help with leaving: look again soon. */
  readonly isDraining: () => boolean;
  /** Ends once every instance that was taken out of service has been told to stop. */
  readonly end: () => Promise<void>;
  /** The newest warning about the instances of the last look; "" if there is none. */
  readonly warning: () => Promise<string>;
}

/** Where a request goes. */
export type HttpTarget =
  | { readonly instance: string; readonly port: number }
  | { readonly service: string; readonly port: number };

/** A request. */
export interface HttpRequest {
  /** @defaultValue GET */
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** What was answered, whatever the status is. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
}

/** Which log to read. */
export interface LogQuestion {
  readonly instance: string;
  /** @defaultValue the only one */
  readonly container?: string | undefined;
  /** Lines from the end. @defaultValue all */
  readonly lines?: number | undefined;
  /** Only what was written that many seconds ago or later. @defaultValue all */
  readonly seconds?: number | undefined;
  /** Of the container that ran before the last restart. @defaultValue false */
  readonly previous?: boolean | undefined;
}

/** Workloads that write to a database. */
export interface Writers {
  /**
   * Asks whether each of them is there and may be stopped. Changes nothing.
   *
   * @throws StepFailure if one is missing or may not be changed.
   */
  readonly checkStop: () => Promise<void>;
  /**
   * Stops them, each remembering how many instances it had, and returns once none is left.
   *
   * @throws StepFailure naming those that are left after the deadline.
   */
  readonly stop: (deadlineSeconds: number) => Promise<void>;
  /** Notes that the restore for which they were stopped is complete: only the rollout of a release starts them again. */
  readonly keepStopped: () => Promise<void>;
  /** Starts what a restore has stopped, unless that restore is complete. Missing workloads are skipped. */
  readonly start: () => Promise<StartedWriters>;
}

export interface StartedWriters {
  /** In words: `scaled gateway to 2 replicas`. */
  readonly started: readonly string[];
  /** Names of those that a complete restore keeps stopped. */
  readonly left: readonly string[];
}

/** Which migration is meant. */
export interface MigrationName {
  readonly name: string;
  /** Migrations of one instance of a product never run side by side. */
  readonly instance: string;
  /** How it was made; it is made anew from this if nothing of it is left. */
  readonly manifest?: Readonly<Record<string, unknown>> | undefined;
  /** How long it may fit nowhere, in seconds. */
  readonly unschedulableWithinSeconds?: number | undefined;
}

/** Where a migration stands. */
export interface MigrationState {
  readonly state: "missing" | "suspended" | "waiting" | "active" | "complete" | "failed";
  /** Why it has failed: `BackoffLimitExceeded`; else "". */
  readonly reason: string;
  /** The same in words, or "". */
  readonly message: string;
}

/** A migration that has begun. */
export interface MigrationLook extends MigrationState {
  /** Exit code of its last try that has ended. */
  readonly exitCode: number | undefined;
  /** All that each try has written so far, oldest try first; what can no longer be read is left out. */
  readonly output: readonly { readonly instance: string; readonly lines: readonly string[] }[];
  /** Why it cannot start, after that has lasted. */
  readonly problem: Problem | undefined;
}

/** A one-shot program that migrates a database. */
export interface Migration {
  /** For messages: `Job smoltbot-migrate-1-1-0`. */
  readonly words: string;
  /** Names of other migrations of the instance that have begun and not ended. */
  readonly others: () => Promise<readonly string[]>;
  readonly state: () => Promise<MigrationState>;
  readonly look: () => Promise<MigrationLook>;
  /** Lets it run. One that was suspended after it had begun has its whole deadline again. */
  readonly start: () => Promise<void>;
  /**
   * Makes it anew in the place of one that has ended or is gone, and lets it run.
   *
   * @throws StepFailure if nobody knows how it was made.
   */
  readonly startAnew: () => Promise<void>;
  /** Holds it: nothing of it runs any more, and it keeps no other one waiting. */
  readonly hold: () => Promise<void>;
  /** Takes it away, and returns once nothing of it runs any more. One that is gone is no failure. */
  readonly remove: () => Promise<void>;
  /** What the runtime called the image that it has run; undefined if nothing of it is left. */
  readonly imageId: () => Promise<string | undefined>;
}

/** An object of the place that tells of backups which somebody else takes. */
export interface BackupObject {
  /** `cloudNativePg`, `volumeSnapshot`. */
  readonly kind: string;
  /** Name of what is backed up. */
  readonly name: string;
  /** @defaultValue that of the place */
  readonly namespace?: string | undefined;
}

/** What another installer has made. */
export interface InstalledRelease {
  /** The installer's name for it. */
  readonly release: string;
  readonly objects: readonly {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
  }[];
}

/** What was taken over. */
export interface TakenOver {
  /** Objects that belonged to the other installer until now: `Deployment/gateway`. */
  readonly handedOver: readonly string[];
  /** Names of the other installer's records, which are left. */
  readonly records: readonly string[];
  /** What to do with the records, in sentences; empty if there is none. */
  readonly advice: readonly string[];
}
