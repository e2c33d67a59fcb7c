import fc from "fast-check";
import { MOMENTS, type Moment } from "./up";
import { dumpsHere, releases, type Release, type World } from "./world";

/** What an operator may do next. */
export type Operation =
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
      replicas: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(
        "take the consent back" as const,
        "write rows" as const,
        "go to the other machine" as const,
        "lose the backup folder" as const,
        "delete the migration Job" as const,
        "the database falls silent" as const,
        "the database answers" as const,
        "aim at another database" as const,
        "aim at the database of the pods" as const,
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
/** Where a sequence begins: nothing there, a release that serves, and the two sides of a major. */
export const BEGINNINGS: readonly (readonly Operation[])[] = [
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
