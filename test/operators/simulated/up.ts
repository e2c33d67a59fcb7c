import { isRestored } from "../../../components/postgres/restore-mark";
import { judgeNeed } from "../../../components/steps/restore/judge-need";
import { judgeMigrated } from "../../../components/steps/schema/judge-migrated";
import { newerThan } from "../../../components/steps/schema/newer-than";
import type { Plan } from "../../../components/upgrade/plan/plan";
import { decide } from "./decide";
import {
  dumpsHere,
  fits,
  headOf,
  isOfNow,
  isoOf,
  lookedAt,
  RELEASES,
  type Dump,
  type World,
} from "./world";

/** Moments at which a run may be killed, in their order. */
export const MOMENTS = [
  "after the backup",
  "while the writers are stopped",
  "after the restore",
  "while the schema is migrated",
  "after the schema",
  "after the Deployments were applied",
  "after the rollout",
] as const;
export type Moment = (typeof MOMENTS)[number];

/** How an `up` ended. */
export type Ended =
  | { readonly kind: "refused"; readonly by: readonly string[] }
  | { readonly kind: "killed" }
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "ended well"; readonly ran: readonly string[] };

class Killed extends Error {}

/**
 * Simulates `pulumi up` as the chapters order it: what the gates stop is not begun, a step runs where its triggers differ from the remembered ones, and is
 * remembered once it has ended. The decisions are the program's own; only their effects are simulated.
 *
 * @param killAt - the moment at which the run is killed, where it comes to it
 */
export function up(world: World, killAt?: Moment): Ended {
  const { plan, stops } = decide(world);
  if (stops.length > 0) return { kind: "refused", by: stops };
  const ran: string[] = [];
  const pass = (moment: Moment): void => {
    if (moment === killAt) throw new Killed();
  };
  const step = (name: string, triggers: string, work: () => string): void => {
    if (world.steps[name]?.triggers === triggers) return;
    ran.push(name);
    world.steps = { ...world.steps, [name]: { triggers, output: work() } };
  };
  try {
    const { cameBack } = plan;
    const backUp = (): void => {
      step("backup", world.file.version, () => {
        if (cameBack !== undefined) return "nothing";
        answers(world);
        return save(world);
      });
    };
    if (cameBack === undefined) backUp();
    pass("after the backup");
    putBack(world, step, pass);
    pass("after the restore");
    const asked =
      world.without === "the schema step is asked for again where the world was moved"
        ? ""
        : plan.occasion;
    step("schema", [world.file.version, asked].join(" | "), () => {
      if (cameBack !== undefined) {
        // Its Job is there and was never started: it tells of no migration.
        world.job = undefined;
        return cameBack.schemaHead;
      }
      answers(world);
      migrate(world);
      pass("while the schema is migrated");
      return headOf(lookedAt(world));
    });
    pass("after the schema");
    rollOut(world, plan, step, pass);
    if (cameBack !== undefined) backUp();
    return { kind: "ended well", ran };
  } catch (error) {
    if (error instanceof Killed) return { kind: "killed" };
    return { kind: "failed", why: error instanceof Error ? error.message : String(error) };
  }
}

/** What a step runs into that needs the database. */
function answers({ silent }: World): void {
  if (silent) throw new Error("the database does not answer");
}

type Step = (name: string, triggers: string, work: () => string) => void;
type Pass = (moment: Moment) => void;

/** The chapter backup: a dump per change of the release, nothing where the database is empty. */
function save(world: World): string {
  const { file, serving, now, machine } = world;
  const database = lookedAt(world);
  if (database.migrations.length === 0) return "nothing";
  const name = `${String(now).padStart(5, "0")}-before-${file.version}`;
  const dump: Dump = {
    file: name,
    path: `/${machine}/${name}`,
    release: file.version,
    running: serving === undefined ? [] : [serving],
    takenAt: isoOf(now),
    schemaHead: headOf(database),
    database,
  };
  world.folders[machine] = [...dumpsHere(world), dump];
  return name;
}

/** The chapter restore: only where the operator's word is for the wanted release. */
function putBack(world: World, step: Step, pass: Pass): void {
  const { file } = world;
  const consent = file.restore?.release === file.version ? file.restore : undefined;
  if (consent === undefined) {
    world.steps = Object.fromEntries(
      Object.entries(world.steps).filter(([name]) => name !== "restore"),
    );
    return;
  }
  step("restore", `${consent.release} ${consent.dump}`, () => {
    answers(world);
    const { migrations, mark } = lookedAt(world);
    const dump = dumpsHere(world).find(({ file: name }) => name === consent.dump);
    const wanted = {
      dump: consent.dump,
      sha256: consent.dump,
      schemaHead: dump?.schemaHead ?? headOf(world.database),
    };
    if (isRestored(mark, wanted, migrations)) return "restored before";
    if (dump === undefined) throw new Error("the dump is not here");
    if (world.without !== "a restore that nothing needs is refused")
      judgeNeed(consent, dumpsHere(world), headOf(lookedAt(world)));
    world.serving = undefined;
    world.pods = 0;
    world.stopped = true;
    world.stops += 1;
    pass("while the writers are stopped");
    const head = headOf(world.database);
    const undone = head === dump.schemaHead ? "" : head;
    const done = { dump: dump.file, sha256: dump.file, rows: dump.database.rows.length };
    world.database = {
      migrations: dump.database.migrations,
      rows: dump.database.rows,
      mark: { ...done, kept: `kept at ${world.now}`, undone },
    };
    return `restored ${dump.file} at ${world.now}`;
  });
}

/** The step schema: nothing on the way back, and what is missing on the way forward; with a dump of now, or it takes one. */
function migrate(world: World): void {
  const { file, serving, database } = world;
  world.job = { release: file.version, begunAt: world.now };
  if (serving !== undefined && newerThan(file.version, [`gateway:${serving}`]) !== undefined)
    return;
  const missing = RELEASES[file.version].filter((name) => !database.migrations.includes(name));
  if (missing.length === 0) return;
  const kept = dumpsHere(world).some((dump) => isOfNow(dump, lookedAt(world), world.now));
  if (!kept && world.without !== "a migration wants a dump of now") save(world);
  world.database = { ...database, migrations: [...database.migrations, ...missing].sort() };
  judgeMigrated(missing, lookedAt(world).migrations, "the saved database");
}

/** The chapters rollout and verification: the program starts only on a schema of its own major that has its migrations. */
function rollOut(world: World, { occasion, cameBack }: Plan, step: Step, pass: Pass): void {
  const { version, replicas } = world.file;
  const start = (): void => {
    world.serving = version;
    world.pods = replicas;
    world.stopped = false;
  };
  if (world.declared?.version !== version || world.declared.replicas !== replicas) {
    world.declared = { version, replicas };
    world.generation += 1;
    // Pods that never get ready take no old one away.
    if (fits(version, world.database.migrations)) start();
  }
  pass("after the Deployments were applied");
  const outcome = world.steps["restore"]?.output ?? world.evidence?.restored ?? "";
  const touched = `${outcome} ${world.generation}`;
  step("rollout", `${touched} | ${occasion}`, () => {
    if (!fits(version, world.database.migrations)) throw new Error("its pods never get ready");
    start();
    return "";
  });
  pass("after the rollout");
  const head =
    world.without === "what was moved asks for a rollout and a verification"
      ? ""
      : (world.steps["schema"]?.output ?? "");
  step("verification", [version, touched, head, occasion].join(" | "), () => {
    if (world.serving !== version) throw new Error("the release does not serve");
    if (!fits(version, world.database.migrations)) throw new Error("its health check fails");
    const verifiedAt = isoOf(world.now);
    if (cameBack === undefined) answers(world);
    const read = headOf(lookedAt(world));
    // No head where there was one is no answer: the URL may lead elsewhere.
    const unread = world.silent || read === "" ? cameBack : undefined;
    world.evidence = {
      version,
      replicas,
      schemaHead: unread?.schemaHead ?? read,
      schemaSeenAt: unread?.seenAt,
      verifiedAt,
      occasion,
      restored: outcome,
      cameBack,
    };
    world.history = [...world.history, world.evidence];
    return "";
  });
}
