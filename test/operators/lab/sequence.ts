import fc from "fast-check";
import {
  BEFORE,
  PARTS,
  type Moment,
  type OfDocker,
  type Operation,
  type Part,
  type Release,
} from "./operation";

/** What of a sequence depends on the product. */
export interface Draws {
  readonly release: fc.Arbitrary<Release>;
  /** Signs at which a run may be killed. */
  readonly signs: readonly string[];
  /** Latest kill of a run that comes to none of them, in seconds. */
  readonly latestKill: number;
  /** How many pods may be asked for. */
  readonly pods: { readonly min: number; readonly max: number };
  /** Steps that may be run alone, by the ends of their names. */
  readonly steps: readonly string[];
  /** Most turns of a sequence: what more of them say, another sequence says as well. */
  readonly longest: number;
  /** Where a sequence may begin. */
  readonly beginnings: readonly (readonly Operation[])[];
  /** What only an operator of this product does. */
  readonly own: fc.WeightedArbitrary<Operation>;
  /** What an operator does between two runs. @defaultValue what one does in a cluster */
  readonly deed?: fc.Arbitrary<Operation>;
  /** What may be killed of a run. @defaultValue what every target has */
  readonly parts?: readonly Part[];
  /** What somebody does in the middle of a run. @defaultValue nobody does anything */
  readonly meanwhile?: fc.Arbitrary<OfDocker>;
  /** How a sequence ends. @defaultValue with an `up` */
  readonly ending?: readonly Operation[];
}

/** Operations that have nothing more to say, each as often as the others. */
export const just = (...kinds: readonly Operation["kind"][]) =>
  fc.constantFrom(...kinds).map((kind) => ({ kind }) as Operation);

/** One of these words, each as often as its number says. */
export const oneOf = (weights: Readonly<Record<string, number>>): fc.Arbitrary<string> =>
  fc.oneof(
    ...Object.entries(weights).map(([name, weight]) => ({
      weight,
      arbitrary: fc.constant(name),
    })),
  );

/** Changes of the stack file that every target knows. */
export const edits: readonly fc.WeightedArbitrary<Operation>[] = [
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
];

/** What an operator does between two runs in a cluster. */
const deedOf = ({ own, pods, release }: Draws): fc.Arbitrary<Operation> =>
  fc.oneof(
    { weight: 4, arbitrary: just("write rows") },
    own,
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
        .integer(pods)
        .map((replicas): Operation => ({ kind: "ask for pods", replicas })),
    },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 1, max: 3 })
        .map((replicas): Operation => ({ kind: "scale by hand", replicas })),
    },
    ...edits,
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
function runningOf(draws: Draws): fc.Arbitrary<Operation> {
  const { release, signs, steps, latestKill, parts = PARTS, meanwhile } = draws;
  const wish = fc.oneof(
    { weight: 3, arbitrary: release },
    { weight: 2, arbitrary: fc.constant(BEFORE) },
  );
  const when = fc.oneof<fc.Arbitrary<Moment>[]>(
    fc.constantFrom(...signs),
    fc.integer({ min: 2, max: latestKill }),
  );
  const killed = { part: fc.constantFrom(...parts), when };
  return fc.oneof(
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
        .constantFrom(...steps)
        .map((step): Operation => ({ kind: "up of one step", step })),
    },
    ...(meanwhile === undefined ? [] : meddledWith({ wish, when, deed: meanwhile })),
  );
}

/** Runs in the middle of which somebody does something. */
const meddledWith = ({
  wish: release,
  when,
  deed,
}: {
  readonly wish: fc.Arbitrary<Release>;
  readonly when: fc.Arbitrary<Moment>;
  readonly deed: fc.Arbitrary<OfDocker>;
}): readonly fc.WeightedArbitrary<Operation>[] => [
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("up to a release, as it is told, and meanwhile" as const),
      release,
      deed,
      when,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("up, and meanwhile" as const), deed, when }),
  },
];

/**
 * Draws a sequence: up to two deeds and a run, and that again, after one of the beginnings. What is drawn mostly fits what it follows, since what every gate
 * refuses at once says nothing: a consent is mostly for the release that is wanted, and an operator often does as the preview says.
 */
export const sequenceOf = (draws: Draws): fc.Arbitrary<readonly Operation[]> =>
  fc
    .tuple(
      fc.nat(draws.beginnings.length - 1).map((which) => draws.beginnings[which] ?? []),
      fc.array(
        fc.tuple(
          fc.array(draws.deed ?? deedOf(draws), { maxLength: 2, size: "max" }),
          runningOf(draws),
        ),
        {
          minLength: 1,
          maxLength: draws.longest,
          size: "max",
        },
      ),
    )
    .map(([beginning, turns]) => [
      ...beginning,
      ...turns.flatMap(([deeds, run]) => [...deeds, run]),
      ...(draws.ending ?? [{ kind: "up" }]),
    ]);
