import { runSchema } from "../../../components/steps/schema";
import { schemaInputSchema, type SchemaInput } from "../../../components/steps/schema-input";
import type {
  Migration,
  MigrationState,
  OpenPlatform,
  Platform,
} from "../../../components/upgrade/platform";
import { memoryPlatform } from "../memory-platform";

/** The database of a gateway, as its Job sees it. */
export interface DownDatabase {
  /** What the Job does. @throws if it fails */
  readonly goTo: (revision: string) => Promise<void>;
}

/** What is live. */
export interface LiveGateway {
  job: MigrationState["state"];
  /** Why the Job fails; it succeeds if it is undefined. */
  fault?: string | undefined;
  writers: "serving" | "stopped" | "kept stopped";
  /** How often the Job was begun. */
  runs: number;
  readonly others: string[][];
}

export const liveGateway = (change: Partial<LiveGateway> = {}): LiveGateway => ({
  job: "suspended",
  writers: "serving",
  runs: 0,
  others: [],
  ...change,
});

/** A run that is killed at one of its calls: nothing of it goes on, and it says nothing more. */
const killed = new Promise<never>(() => undefined);

/** Where a run is killed: at its nth call that changes something, before or behind it. */
export interface Kill {
  readonly call: number;
  readonly behind: boolean;
}

/** A cluster in memory over that database. @returns how many calls have been made that change something */
export function clusterOf(live: LiveGateway, database: DownDatabase, kill?: Kill) {
  let made = 0;
  const hit: { resolve: () => void; done: Promise<void> } = {
    resolve: () => undefined,
    done: killed,
  };
  hit.done = new Promise((resolve) => {
    hit.resolve = resolve;
  });
  const doing =
    <T extends unknown[]>(work: (...args: T) => Promise<void> | void) =>
    async (...args: T): Promise<void> => {
      made += 1;
      const isHit = kill?.call === made;
      if (isHit && !kill.behind) {
        hit.resolve();
        return killed;
      }
      await work(...args);
      if (!isHit) return;
      hit.resolve();
      await killed;
    };
  const run = doing(async () => {
    live.runs += 1;
    live.job = "active";
    try {
      if (live.fault !== undefined) throw new Error(live.fault);
      await database.goTo("r1");
      live.job = "complete";
    } catch {
      live.job = "failed";
    }
  });
  const now = () => ({ state: live.job, reason: live.fault ?? "", message: "" });
  const migration: Migration = {
    words: "Job down",
    others: () => Promise.resolve(live.others.shift() ?? []),
    state: () => Promise.resolve(now()),
    look: () => Promise.resolve({ ...now(), exitCode: undefined, output: [], problem: undefined }),
    start: run,
    startAnew: run,
    hold: doing(() => void (live.job = "suspended")),
    remove: doing(() => void (live.job = "missing")),
    imageId: () => Promise.resolve(undefined),
  };
  const writers: ReturnType<Platform["writers"]> = {
    checkStop: () => Promise.resolve(),
    stop: doing(() => void (live.writers = "stopped")),
    keepStopped: doing(() => {
      if (live.writers === "stopped") live.writers = "kept stopped";
    }),
    start: () => {
      const wasStopped = live.writers === "stopped";
      if (wasStopped) live.writers = "serving";
      return Promise.resolve({ started: wasStopped ? ["scaled api to 2 replicas"] : [], left: [] });
    },
  };
  const change = { migration: () => migration, writers: () => writers };
  return { change, calls: () => made, hit: hit.done };
}

/** Input of a step that goes down from r3 to r1, the last revision of 0.1.0. */
export const downInput = (
  source: SchemaInput["source"],
  down: Partial<NonNullable<SchemaInput["down"]>> = {},
  more: Partial<SchemaInput> = {},
) =>
  schemaInputSchema.parse({
    ...{ namespace: "a", gateway: "bamf", instance: "bamf", job: "up", release: "0.1.0" },
    ...{ gatewaySelector: {}, gatewayContainer: "api", trackingTable: "alembic_version", source },
    revisions: ["r1"],
    down: {
      ...{ job: "down", manifest: {}, from: "0.3.0", revision: "r1", deletes: [] },
      ...{ revisions: ["r1", "r2", "r3"], writers: ["api"], alone: true },
      ...down,
    },
    ...more,
  });

/** Runs the step; its failure as a text. */
export async function goDownIn(
  change: Partial<Platform>,
  input: ReturnType<typeof downInput>,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
) {
  const { open }: { open: OpenPlatform } = memoryPlatform([], change);
  const said: string[] = [];
  const io = { env, say: (line: string) => void said.push(line), signal };
  const result = await runSchema(input, io, open).catch(String);
  return { result, said };
}
