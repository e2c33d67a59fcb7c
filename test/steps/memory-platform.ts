import type {
  Instance,
  Migration,
  MigrationLook,
  MigrationState,
  OpenPlatform,
  Platform,
  Problem,
  WorkloadLook,
} from "../../components/upgrade/platform";

const digest = `sha256:${"a".repeat(64)}`;

/** A pod of one container that has served for an hour. */
export const instance = (name: string, restarts = 0): Instance => ({
  name,
  createdAt: new Date(Date.now() - 3_600_000).toISOString(),
  readySince: new Date(Date.now() - 3_600_000).toISOString(),
  wasReady: true,
  containers: [{ name: "gateway", image: "gateway:1.1.0", imageId: `gateway@${digest}`, restarts }],
  initContainers: [],
});

/** A workload `gateway` of one instance that is completely rolled out, but for what is said. */
export const look = (change: Partial<WorkloadLook> = {}): WorkloadLook => ({
  words: "Deployment gateway",
  state: "done",
  progress: "gateway 1/1 ready (new), 0 old",
  problem: undefined,
  instances: [instance("gateway-a")],
  older: [],
  wanted: 1,
  images: { gateway: "gateway:1.1.0" },
  settleMs: 0,
  ...change,
});

export const crash: Problem = {
  kind: "crash",
  text: "container gateway of pod gateway-a ended with exit code 1, 2 times",
  fix: "mend what the log lines name",
  instance: "gateway-a",
  container: "gateway",
};

/** A migration that can be made, started and held; `onStart` decides how it ends. */
export function memoryMigration(
  first: MigrationState["state"],
  onStart: () => Partial<MigrationLook>,
  others: string[][] = [],
) {
  const world = {
    state: first,
    end: {} as Partial<MigrationLook>,
    calls: [] as string[],
  };
  const run = (call: string) => {
    world.calls.push(call);
    world.end = onStart();
    world.state = world.end.state ?? "complete";
    return Promise.resolve();
  };
  const now = () => ({ state: world.state, reason: "", message: "", ...world.end });
  const migration: Migration = {
    words: "Job migrate",
    others: () => Promise.resolve(others.shift() ?? []),
    state: () => Promise.resolve(now()),
    look: () => Promise.resolve({ exitCode: undefined, output: [], problem: undefined, ...now() }),
    start: () => run("start"),
    startAnew: () => run("start anew"),
    hold: () => {
      world.calls.push("hold");
      return Promise.resolve();
    },
    remove: () => {
      world.calls.push("remove");
      world.state = "missing";
      world.end = {};
      return Promise.resolve();
    },
    imageId: () => Promise.resolve(`migrate@${digest}`),
  };
  return { migration, calls: world.calls };
}

const unasked = (what: string) => () => Promise.reject(new Error(`nobody asks for ${what} here`));

/**
 * A platform in memory: a gateway that runs, and what a test puts in its place. Whatever else is asked fails.
 *
 * @param looks - what each look at a workload sees, one after the other; the last one stays.
 */
export function memoryPlatform(looks: WorkloadLook[] = [look()], change: Partial<Platform> = {}) {
  const calls: string[] = [];
  const next = () => Promise.resolve((looks.length > 1 ? looks.shift() : looks[0]) ?? look());
  const note =
    <T>(call: string, value: T) =>
    () => {
      calls.push(call);
      return Promise.resolve(value);
    };
  const platform: Platform = {
    runningImages: () => Promise.resolve(["gateway:1.0.0"]),
    look: next,
    watchRollout: () => ({
      look: next,
      begin: note("begin", undefined),
      isDraining: () => false,
      end: note("end", undefined),
      warning: () => Promise.resolve("FailedMount: no such volume"),
    }),
    ask: (_, path) => Promise.resolve({ status: 200, body: bodyOf(path) }),
    log: () => Promise.resolve([]),
    writers: () => ({
      checkStop: note("check stop", undefined),
      stop: note("stop", undefined),
      keepStopped: note("keep stopped", undefined),
      start: note("start", { started: ["scaled gateway to 2 replicas"], left: [] }),
    }),
    migration: () => memoryMigration("complete", () => ({})).migration,
    findSecret: (name) => Promise.resolve({ exists: false, words: `Secret a/${name}` }),
    oneByOne: () => ({
      hold: unasked("a hold"),
      waiting: () => Promise.resolve([]),
      replace: unasked("a replacement"),
    }),
    externalBackup: unasked("an external backup"),
    takeOver: () => Promise.resolve({ handedOver: [], records: [], advice: [] }),
    findContainer: unasked("a container"),
    runClient: unasked("a client"),
    ...change,
  };
  const open: OpenPlatform = (_place, _io, work) => work(platform);
  return { platform, open, calls };
}

const bodyOf = (path: string): string =>
  path === "/metrics" ? "" : JSON.stringify({ status: "ok", version: "1.1.0" });
