import fc from "fast-check";
import { expect, test } from "vitest";
import { generation } from "../../../components/upgrade/plan";
import { decide } from "./decide";
import { fits, isOfNow, MOMENTS, up, type Moment } from "./up";
import {
  dumpsHere,
  emptyWorld,
  headOf,
  releases,
  SAFEGUARDS,
  type Release,
  type Safeguard,
  type World,
} from "./world";

/** What an operator may do next. */
type Operation =
  | { readonly kind: "up"; readonly killAt: Moment | undefined }
  | { readonly kind: "set the version"; readonly version: Release }
  | { readonly kind: "consent to the major"; readonly release: Release | undefined }
  | { readonly kind: "consent to a restore"; readonly release: Release; readonly dump: number }
  | { readonly kind: "take the consent back" }
  | { readonly kind: "write rows" }
  | { readonly kind: "go to the other machine" }
  | { readonly kind: "lose the backup folder" }
  | { readonly kind: "delete the migration Job" }
  | { readonly kind: "the database falls silent" }
  | { readonly kind: "the database answers" }
  | { readonly kind: "wait" };

const release = fc.constantFrom(...releases);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("up" as const),
      killAt: fc.option(fc.constantFrom(...MOMENTS), { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("set the version" as const), version: release }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("consent to the major" as const),
      release: fc.option(release, { nil: undefined }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("consent to a restore" as const),
      release,
      dump: fc.nat(4),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(
        "take the consent back" as const,
        "write rows" as const,
        "go to the other machine" as const,
        "lose the backup folder" as const,
        "delete the migration Job" as const,
        "the database falls silent" as const,
        "the database answers" as const,
        "wait" as const,
      )
      .map((kind) => ({ kind })),
  },
);

/** Does it, and gives what must not be true afterwards. */
function carryOut(world: World, operation: Operation): void {
  world.now += 1;
  switch (operation.kind) {
    case "up":
      upAndLook(world, operation.killAt);
      return;
    case "set the version":
      world.file = { ...world.file, version: operation.version };
      return;
    case "consent to the major":
      world.file = { ...world.file, major: operation.release };
      return;
    case "consent to a restore": {
      const dump = dumpsHere(world).at(-1 - operation.dump)?.file ?? "no dump";
      world.file = { ...world.file, restore: { release: operation.release, dump } };
      return;
    }
    case "take the consent back":
      world.file = { ...world.file, restore: undefined };
      return;
    case "write rows":
      if (world.serving === undefined) return;
      world.database = { ...world.database, rows: [...world.database.rows, world.nextRow] };
      world.nextRow += 1;
      return;
    case "go to the other machine":
      world.machine = world.machine === "laptop" ? "runner" : "laptop";
      return;
    case "lose the backup folder":
      world.folders[world.machine] = [];
      return;
    case "delete the migration Job":
      world.job = undefined;
      return;
    case "the database falls silent":
      world.silent = true;
      return;
    case "the database answers":
      world.silent = false;
      return;
    case "wait":
      world.now += 90;
  }
}

/** Whether a Job or a dump here tells that a newer major than the wanted one has begun to migrate. */
const tellsOfNewerMajor = (world: World): boolean =>
  [
    ...(world.job === undefined ? [] : [world.job]),
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
  const mayFail = before.silent && (plan.change === "none" || !tellsOfNewerMajor(before));
  if (before.evidence !== undefined && !mayFail) expect(ended.kind).not.toBe("failed");

  // I2: the wanted release serves, on a schema that it runs on, with evidence of both; and nothing is left to do.
  if (ended.kind === "ended well") {
    const { file, database } = world;
    expect(world.serving).toBe(file.version);
    expect(fits(file.version, database.migrations)).toBe(true);
    expect(world.evidence).toMatchObject({ version: file.version });
    // A way back that leaves a silent database alone says since when it knows the schema.
    if (world.evidence?.schemaSeenAt === undefined)
      expect(world.evidence?.schemaHead).toBe(headOf(database));
    expect(up(structuredClone(world))).toEqual({ kind: "ended well", ran: [] });
  }

  // I5: the same up ends what was killed, or names the one thing that it wants to be told.
  const isJudged = before.evidence !== undefined && !before.silent;
  if (ended.kind === "killed" && isJudged) {
    const told = structuredClone(world);
    const again = up(structuredClone(world));
    if (again.kind === "refused") {
      expect(again.by).toEqual(["schema-origin"]);
      told.file = { ...told.file, schema: headOf(told.database) };
    }
    expect(up(told).kind).toBe("ended well");
  }

  // I3: what a migration has changed is in a proven dump of now.
  const migrated = headOf(world.database) > headOf(before.database);
  if (migrated && before.database.migrations.length > 0) {
    expect(dumpsHere(world).some((dump) => isOfNow(dump, before))).toBe(true);
  }

  // I5: what served before still serves, unless a restore was killed that the operator had asked for.
  if (ended.kind === "failed" && before.serving !== undefined)
    expect(world.serving).toBe(before.serving);
}

const set = (version: Release): Operation => ({ kind: "set the version", version });
const run = (killAt?: Moment): Operation => ({ kind: "up", killAt });
/** Where a sequence begins: nothing there, a release that serves, and the two sides of a major. */
const BEGINNINGS: readonly (readonly Operation[])[] = [
  [],
  [set("1.2.0"), run(), { kind: "write rows" }],
  [
    ...[set("1.2.0"), run(), { kind: "write rows" } as const, set("2.0.0")],
    { kind: "consent to the major", release: "2.0.0" },
    run("after the schema"),
  ],
  [
    ...[set("1.2.0"), run(), { kind: "write rows" } as const, set("2.0.0")],
    { kind: "consent to the major", release: "2.0.0" },
    run(),
    { kind: "write rows" },
  ],
];

const RUNS = Number(process.env["OPERATORS_RUNS"] ?? 1000);

/** Whatever operators do in whatever order, no law is broken. */
const lawful = (without?: Safeguard) =>
  fc.property(
    fc.constantFrom(...BEGINNINGS),
    fc.array(operation, { minLength: 1, maxLength: 30, size: "max" }),
    (beginning, operations) => {
      const world = emptyWorld(without);
      for (const one of [...beginning, ...operations]) carryOut(world, one);
    },
  );

test(
  "whatever operators do in whatever order, no law is broken (I1 to I5)",
  { timeout: 600_000 },
  () => {
    fc.assert(lawful(), { numRuns: RUNS });
  },
);

test.each(SAFEGUARDS)(
  "it is found where the program lacks this: %s",
  { timeout: 600_000 },
  (safeguard) => {
    expect(
      fc.check(lawful(safeguard), { seed: 4, numRuns: 20_000, endOnFailure: true }).failed,
    ).toBe(true);
  },
);
