import fc from "fast-check";
import { expect, test } from "vitest";
import { generation } from "../../../components/upgrade/plan/plan";
import { decide } from "./decide";
import { BEGINNINGS, carryOut, operation } from "./operation";
import { up, type Moment } from "./up";
import {
  dumpsHere,
  emptyWorld,
  fits,
  headOf,
  isOfNow,
  SAFEGUARDS,
  type Safeguard,
  type World,
} from "./world";

/** Whether a Job or a dump here tells that a newer major than the wanted one has begun to migrate. */
const tellsOfNewerMajor = (world: World): boolean =>
  [
    ...(world.job === undefined ? [] : [world.job.release]),
    ...dumpsHere(world).map(({ release }) => release),
  ].some((one) => generation(one) > generation(world.file.version));

/** Runs an `up`, and looks for a broken law in what it leaves. */
function upAndLook(world: World, killAt: Moment | undefined): void {
  const before = structuredClone(world);
  const { plan } = decide(world);
  const ended = up(world, killAt);
  const lost = before.database.rows.filter((row) => !world.database.rows.includes(row));

  // I1: no row leaves the live database but by a restore that the plan needed and a consent named.
  if (lost.length > 0) {
    expect(plan.restore?.kind).toBe("restore");
    if (plan.restore?.kind === "restore")
      expect(before.file.restore).toEqual({
        release: before.file.version,
        dump: plan.restore.dump.file,
      });
  }

  // I4: nothing is touched where a gate blocks, and what all gates let on does not fail by itself once there is evidence to go by.
  if (ended.kind === "refused") expect(world).toEqual(before);
  // Where nothing is to change and the database is silent, a step that a killed run has left undone may still ask for it.
  // A newer major of which neither Job nor dump tells is known to the database alone (docs/going-back.md).
  const isUnread = before.silent || before.file.astray;
  const mayFail = isUnread && (plan.change === "none" || !tellsOfNewerMajor(before));
  if (before.evidence !== undefined && !mayFail) expect(ended.kind).not.toBe("failed");

  // I2: the wanted release serves, on a schema that it runs on, with evidence of both; and nothing is left to do.
  if (ended.kind === "ended well") {
    const { file, database } = world;
    expect(world.serving).toBe(file.version);
    expect(world.pods).toBe(file.replicas);
    expect(world.pods).toBeGreaterThanOrEqual(2);
    // A newer major of which neither Job nor dump tells is known to the database alone (docs/going-back.md).
    const isUntold = isUnread && !tellsOfNewerMajor(before);
    if (!isUntold) expect(fits(file.version, database.migrations)).toBe(true);
    expect(world.evidence).toMatchObject({ version: file.version });
    // A way back that leaves a silent database alone says since when it knows the schema.
    if (!isUntold && world.evidence?.schemaSeenAt === undefined)
      expect(world.evidence?.schemaHead).toBe(headOf(database));
    const next = up(structuredClone(world));
    // A consent that is no longer needed is refused: here one to a restore that this run has migrated away again.
    const isLeftOver = file.restore?.release === file.version && next.kind === "refused";
    if (isLeftOver) expect(next.by).toEqual(["restore"]);
    else expect(next).toEqual({ kind: "ended well", ran: [] });
  }

  // I5: the same up ends what was killed, or names what it wants to be told.
  const isJudged = before.evidence !== undefined && !isUnread;
  if (ended.kind === "killed" && isJudged) {
    const told = structuredClone(world);
    const again = up(structuredClone(world));
    // Which dump is to be restored, after a migration that came in between, is the operator's to say anew.
    if (again.kind === "refused" && again.by.join() === "restore") return;
    if (again.kind === "refused") {
      expect(again.by).toEqual(["schema-origin"]);
      told.file = { ...told.file, schema: headOf(told.database) };
    }
    expect(up(told).kind).toBe("ended well");
  }

  // I3: what a migration has changed is in a proven dump of now.
  const migrated = headOf(world.database) > headOf(before.database);
  if (migrated && before.database.migrations.length > 0) {
    expect(dumpsHere(world).some((dump) => isOfNow(dump, before.database, before.now))).toBe(true);
  }

  // I5: what served before still serves, unless a restore was killed that the operator had asked for.
  if (ended.kind === "failed" && before.serving !== undefined)
    expect(world.serving).toBe(before.serving);
}

const numberOf = (name: string): number | undefined => {
  const text = process.env[name];
  return text === undefined ? undefined : Number(text);
};

/** To play a sequence again that was found: its seed and its path, with as many runs as then. */
const PLAYED = {
  numRuns: numberOf("OPERATORS_RUNS") ?? 1000,
  seed: numberOf("OPERATORS_SEED"),
  path: process.env["OPERATORS_PATH"],
};

/** Whatever operators do in whatever order, no law is broken. */
const lawful = (without?: Safeguard) =>
  fc.property(
    fc.constantFrom(...BEGINNINGS),
    fc.array(operation, { minLength: 1, maxLength: 30, size: "max" }),
    (beginning, operations) => {
      const world = emptyWorld(without);
      for (const one of [...beginning, ...operations]) carryOut(world, one, upAndLook);
    },
  );

test(
  "whatever operators do in whatever order, no law is broken (I1 to I5)",
  { timeout: 600_000 },
  () => {
    fc.assert(lawful(), PLAYED);
  },
);

test.each(Object.entries(SAFEGUARDS) as [Safeguard, string][])(
  "it is found where the program lacks this: %s. Without it %s",
  { timeout: 600_000 },
  (safeguard) => {
    expect(
      fc.check(lawful(safeguard), { seed: 5, numRuns: 20_000, endOnFailure: true }).failed,
    ).toBe(true);
  },
);
