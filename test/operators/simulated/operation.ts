import fc from "fast-check";
import { decide } from "./decide";
import { MOMENTS, type Moment } from "./up";
import { dumpsHere, fits, releases, type Release, type World } from "./world";

/** What an operator may do next. */
export type Operation =
  | { readonly kind: "up"; readonly killAt: Moment | undefined }
  | { readonly kind: "set the version"; readonly version: Release }
  | { readonly kind: "consent to the major"; readonly release: Release | undefined }
  | { readonly kind: "consent to a restore"; readonly release: Release; readonly dump: number }
  | { readonly kind: "consent to what is asked for" }
  | { readonly kind: "take the consent back" }
  | { readonly kind: "write rows" }
  | { readonly kind: "go to the other machine" }
  | { readonly kind: "lose the backup folder" }
  | { readonly kind: "delete the migration Job" }
  | { readonly kind: "scale up what a restore has stopped" }
  | { readonly kind: "the database falls silent" }
  | { readonly kind: "the database answers" }
  | { readonly kind: "ask for pods"; readonly replicas: number }
  | { readonly kind: "aim at another database" }
  | { readonly kind: "aim at the database of the pods" }
  | { readonly kind: "wait" };

const release = fc.constantFrom(...releases);
export const operation: fc.Arbitrary<Operation> = fc.oneof(
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
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("ask for pods" as const),
      replicas: fc.constantFrom(1, 2, 2, 3),
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        "aim at another database" as const,
        "aim at the database of the pods" as const,
        "aim at the database of the pods" as const,
      )
      .map((kind) => ({ kind })),
  },
  {
    weight: 7,
    arbitrary: fc
      .constantFrom(
        "consent to what is asked for" as const,
        "consent to what is asked for" as const,
        "wait" as const,
        "take the consent back" as const,
        "write rows" as const,
        "go to the other machine" as const,
        "lose the backup folder" as const,
        "delete the migration Job" as const,
        "scale up what a restore has stopped" as const,
        "the database falls silent" as const,
        "the database answers" as const,
        "wait" as const,
      )
      .map((kind) => ({ kind })),
  },
);

/** Does it; runs of the program go through `runUp`. */
export function carryOut(
  world: World,
  operation: Operation,
  runUp: (world: World, killAt: Moment | undefined) => void,
): void {
  world.now += 1;
  switch (operation.kind) {
    case "up":
      runUp(world, operation.killAt);
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
    case "consent to what is asked for": {
      const { change, restore } = decide(world).plan;
      const { version } = world.file;
      if (change === "major") world.file = { ...world.file, major: version };
      if (restore?.kind === "restore")
        world.file = { ...world.file, restore: { release: version, dump: restore.dump.file } };
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
    case "scale up what a restore has stopped": {
      const { declared } = world;
      if (!world.stopped || declared === undefined) return;
      world.stopped = false;
      if (!fits(declared.version, world.database.migrations)) return;
      world.serving = declared.version;
      world.pods = declared.replicas;
      return;
    }
    case "the database falls silent":
      world.silent = true;
      return;
    case "the database answers":
      world.silent = false;
      return;
    case "ask for pods":
      world.file = { ...world.file, replicas: operation.replicas };
      return;
    case "aim at another database":
    case "aim at the database of the pods":
      world.file = { ...world.file, astray: operation.kind === "aim at another database" };
      return;
    case "wait":
      world.now += 90;
  }
}

const set = (version: Release): Operation => ({ kind: "set the version", version });
const run = (killAt?: Moment): Operation => ({ kind: "up", killAt });
const rows: Operation = { kind: "write rows" };
const consent: Operation = { kind: "consent to what is asked for" };
const minor = [set("1.2.0"), run(), rows];
const major = [...minor, set("2.0.0"), consent];
const restore = [...major, run(), rows, set("1.2.0"), consent];

/**
 * Where a sequence begins: nothing there, a release that serves, the two sides of a major, what was cut off between them, a URL that leads astray, and a way back
 * within a major, from which a newer one was begun and cut off.
 */
export const BEGINNINGS: readonly (readonly Operation[])[] = [
  [],
  minor,
  [...major, run("after the backup")],
  [...major, run("after the schema")],
  [...major, run(), rows],
  [...restore, run("while the writers are stopped")],
  [...restore, run("after the restore")],
  [...restore, run("after the restore"), set("2.0.0")],
  [...major, { kind: "aim at another database" }],
  [...minor, set("1.1.0"), run(), set("2.0.0"), consent, run("after the schema"), set("1.1.0")],
];
