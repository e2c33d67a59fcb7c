import fc from "fast-check";
import {
  BEFORE,
  PARTS,
  RELEASES,
  SIGNS,
  WANTED,
  type Moment,
  type Operation,
  type Release,
  type Wish,
} from "./operation";

const just = (...kinds: readonly Operation["kind"][]) =>
  fc.constantFrom(...kinds).map((kind) => ({ kind }) as Operation);
const release: fc.Arbitrary<Release> = fc.oneof(
  ...(Object.entries(RELEASES) as [Release, number][]).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name),
  })),
);
const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 3, arbitrary: release },
  { weight: 2, arbitrary: fc.constant(BEFORE) },
);
const killed = {
  part: fc.constantFrom(...PARTS),
  when: fc.oneof<fc.Arbitrary<Moment>[]>(
    fc.constantFrom(...SIGNS),
    fc.integer({ min: 2, max: 20 }),
  ),
};

const told = (to: Release): Operation => ({ kind: "up to a release, as it is told", release: to });

/** Where a sequence may begin beside a fresh 1.0.0: what a few operations rarely come to, and much can go wrong from. */
const BEGINNINGS: readonly (readonly Operation[])[] = [
  [],
  [told("1.1.0"), { kind: "write rows" }],
  [told("2.0.0"), { kind: "write rows" }],
  [
    {
      kind: "up to a release, as it is told, killed",
      release: "2.0.0",
      part: "everything",
      when: "the schema is migrated",
    },
  ],
];

/** What an operator does between two runs. */
const deed: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: just("write rows") },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("consent to a restore" as const),
      release: fc.oneof(
        { weight: 4, arbitrary: fc.constant(WANTED) },
        { weight: 1, arbitrary: release },
      ),
      dump: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("set the version" as const), release }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("consent to the major" as const), release }),
  },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 1, max: 3 })
      .map((replicas): Operation => ({ kind: "ask for pods", replicas })),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 3 })
      .map((replicas): Operation => ({ kind: "scale by hand", replicas })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("info", "warn", "error")
      .map((level): Operation => ({ kind: "edit the values", level })),
  },
  {
    weight: 1,
    arbitrary: fc.nat(9).map((value): Operation => ({ kind: "rotate a secret", value })),
  },
  {
    weight: 6,
    arbitrary: just(
      "aim at another database",
      "empty the backup folder",
      "go to the other machine",
    ),
  },
  {
    weight: 6,
    arbitrary: just(
      "mistype a consent",
      "take the consents back",
      "aim at the database of the pods",
      "preview",
      "refresh",
      "delete the budget by hand",
      "delete the migration Job",
      "take the right to create databases",
      "give the right to create databases",
    ),
  },
);

/** What runs the program. */
const running: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: just("up") },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("up to a release" as const), release: wish }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("up to a release, as it is told" as const),
      release: wish,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("up to a release, as it is told, killed" as const),
      release: wish,
      ...killed,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("up, killed" as const), ...killed }),
  },
  { weight: 1, arbitrary: just("up by two at once") },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("schema" as const, "rollout" as const)
      .map((step): Operation => ({ kind: "up of one step", step })),
  },
);

/** A minute each, where runs are; more of them say little more than another sequence. */
const LONGEST = 4;

/**
 * Draws a sequence: up to two deeds and a run, and that again, after one of the beginnings. What is drawn mostly fits what it follows, since what every gate
 * refuses at once says nothing: a consent is mostly for the release that is wanted and the newest dump, and an operator often does as the preview says.
 */
export const sequence: fc.Arbitrary<readonly Operation[]> = fc
  .tuple(
    fc.nat(3).map((which) => BEGINNINGS[which] ?? []),
    fc.array(fc.tuple(fc.array(deed, { maxLength: 2, size: "max" }), running), {
      minLength: 1,
      maxLength: LONGEST,
      size: "max",
    }),
  )
  .map(([beginning, turns]) => [
    ...beginning,
    ...turns.flatMap(([deeds, run]) => [...deeds, run]),
    { kind: "up" },
  ]);
