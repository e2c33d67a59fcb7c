import fc from "fast-check";

/** Releases that the drawn stack files ask for: a patch, minors, a major, one whose migration fails, one that never gets ready. */
const RELEASES = ["1.0.0", "1.0.1", "1.1.0", "1.2.0", "2.0.0", "1.1.1", "1.1.2"] as const;
export type Release = (typeof RELEASES)[number];

/** What may be killed of a run. */
export const PARTS = ["everything", "the CLI", "the plugin command", "the language host"] as const;
export type Part = (typeof PARTS)[number];

/** What an operator may do next. Each is possible at any time. */
export type Operation =
  | { readonly kind: "set the version"; readonly release: Release }
  | { readonly kind: "consent to the major"; readonly release: Release }
  | { readonly kind: "consent to a restore"; readonly release: Release; readonly dump: number }
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
  | { readonly kind: "up, killed"; readonly part: Part; readonly after: number }
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
const release = fc.constantFrom(...RELEASES);

/** Draws one; the weights keep a sequence near the path and send it off often. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: just("up") },
  {
    weight: 9,
    arbitrary: release.map((to): Operation => ({ kind: "up to a release", release: to })),
  },
  {
    weight: 5,
    arbitrary: release.map((to): Operation => ({ kind: "set the version", release: to })),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("up, killed" as const),
      part: fc.constantFrom(...PARTS),
      after: fc.integer({ min: 2, max: 20 }),
    }),
  },
  {
    weight: 3,
    arbitrary: release.map((to): Operation => ({ kind: "consent to the major", release: to })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("consent to a restore" as const),
      release,
      dump: fc.nat(2),
    }),
  },
  { weight: 3, arbitrary: just("write rows") },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom("info", "warn", "error")
      .map((level): Operation => ({ kind: "edit the values", level })),
  },
  {
    weight: 2,
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
      "mistype a consent",
      "take the consents back",
      "aim at another database",
      "aim at the database of the pods",
      "preview",
      "up by two at once",
      "refresh",
      "empty the backup folder",
      "go to the other machine",
      "delete the budget by hand",
      "delete the migration Job",
      "take the right to create databases",
      "give the right to create databases",
    ),
  },
);

/** As a person would say it: `set the version to 2.0.0`. */
export function inWords({ kind, ...more }: Operation): string {
  const details = Object.entries(more).map(([key, value]) => `${key} ${String(value)}`);
  return details.length === 0 ? kind : `${kind} (${details.join(", ")})`;
}
