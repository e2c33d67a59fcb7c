import fc from "fast-check";

/** Releases that the drawn stack files ask for, with how often: minors, a major, a patch, one whose migration fails, one that never gets ready. */
const RELEASES = {
  "1.0.0": 4,
  "1.1.0": 3,
  "1.2.0": 3,
  "2.0.0": 5,
  "1.0.1": 1,
  "1.1.1": 1,
  "1.1.2": 1,
} as const;
export type Release = keyof typeof RELEASES;

/** The release that the stack file asks for at that moment. */
export const WANTED = "the wanted one";

/** What may be killed of a run. */
export const PARTS = ["everything", "the CLI", "the plugin command", "the language host"] as const;
export type Part = (typeof PARTS)[number];

/** What a run may have come to when it is killed. */
export const SIGNS = [
  "a dump is proven",
  "the schema is migrated",
  "the names of the databases are exchanged",
] as const;
/** When a run is killed: at a sign, or after that many seconds. */
export type Moment = (typeof SIGNS)[number] | number;

/** What an operator may do next. Each is possible at any time. */
export type Operation =
  | { readonly kind: "set the version"; readonly release: Release }
  | { readonly kind: "consent to the major"; readonly release: Release }
  | {
      readonly kind: "consent to a restore";
      readonly release: Release | typeof WANTED;
      /** Counted from the newest. */
      readonly dump: number;
    }
  | { readonly kind: "mistype a consent" }
  | { readonly kind: "take the consents back" }
  | { readonly kind: "edit the values"; readonly level: string }
  | { readonly kind: "ask for pods"; readonly replicas: number }
  | { readonly kind: "rotate a secret"; readonly value: number }
  | { readonly kind: "aim at another database" }
  | { readonly kind: "aim at the database of the pods" }
  | { readonly kind: "preview" }
  | { readonly kind: "up" }
  | { readonly kind: "up to a release"; readonly release: Release }
  /** Previews, consents to what the preview asks consent for, and runs. */
  | { readonly kind: "up to a release, as it is told"; readonly release: Release }
  | { readonly kind: "up, killed"; readonly part: Part; readonly when: Moment }
  | {
      readonly kind: "up to a release, as it is told, killed";
      readonly release: Release;
      readonly part: Part;
      readonly when: Moment;
    }
  | { readonly kind: "up by two at once" }
  | { readonly kind: "up of one step"; readonly step: "schema" | "rollout" }
  | { readonly kind: "refresh" }
  | { readonly kind: "write rows" }
  | { readonly kind: "empty the backup folder" }
  | { readonly kind: "go to the other machine" }
  | { readonly kind: "scale by hand"; readonly replicas: number }
  | { readonly kind: "delete the budget by hand" }
  | { readonly kind: "delete the migration Job" }
  | { readonly kind: "take the right to create databases" }
  | { readonly kind: "give the right to create databases" };

const just = (...kinds: readonly Operation["kind"][]) =>
  fc.constantFrom(...kinds).map((kind) => ({ kind }) as Operation);
const release: fc.Arbitrary<Release> = fc.oneof(
  ...(Object.entries(RELEASES) as [Release, number][]).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name),
  })),
);
const killed = {
  part: fc.constantFrom(...PARTS),
  when: fc.oneof<fc.Arbitrary<Moment>[]>(
    fc.constantFrom(...SIGNS),
    fc.integer({ min: 2, max: 20 }),
  ),
};

/**
 * Draws one. The weights keep a sequence near the path and send it off often: mostly an operator does as the preview says, and a consent is mostly for the release
 * that is wanted; a consent for any release at any time is refused so early that nothing comes of it.
 */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 4, arbitrary: just("up") },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("up to a release" as const), release }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("up to a release, as it is told" as const), release }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("up to a release, as it is told, killed" as const),
      release,
      ...killed,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("up, killed" as const), ...killed }),
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
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("consent to a restore" as const),
      release: fc.oneof(
        { weight: 4, arbitrary: fc.constant(WANTED) },
        { weight: 1, arbitrary: release },
      ),
      dump: fc.nat(1),
    }),
  },
  { weight: 4, arbitrary: just("write rows") },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("info", "warn", "error")
      .map((level): Operation => ({ kind: "edit the values", level })),
  },
  {
    weight: 3,
    arbitrary: fc
      .integer({ min: 1, max: 3 })
      .chain((replicas) =>
        fc
          .constantFrom("ask for pods" as const, "scale by hand" as const)
          .map((kind): Operation => ({ kind, replicas })),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(9).map((value): Operation => ({ kind: "rotate a secret", value })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("schema" as const, "rollout" as const)
      .map((step): Operation => ({ kind: "up of one step", step })),
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
      "up by two at once",
      "refresh",
      "delete the budget by hand",
      "delete the migration Job",
      "take the right to create databases",
      "give the right to create databases",
    ),
  },
);

const told = (to: Release): Operation => ({ kind: "up to a release, as it is told", release: to });

/** Where a sequence may begin beside a fresh 1.0.0: what a few operations rarely come to, and much can go wrong from. */
export const BEGINNINGS: readonly (readonly Operation[])[] = [
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

/** As a person would say it: `set the version to 2.0.0`. */
export function inWords({ kind, ...more }: Operation): string {
  const details = Object.entries(more).map(([key, value]) => `${key} ${String(value)}`);
  return details.length === 0 ? kind : `${kind} (${details.join(", ")})`;
}
