import fc from "fast-check";

/** What an operator of any product that knows its hops may do. */
export type HopOperation<Release, Kill> =
  | { readonly kind: "up"; readonly killAt: Kill | undefined }
  | { readonly kind: "set the version"; readonly version: Release }
  | { readonly kind: "consent to what is asked for" }
  | { readonly kind: "take the consents back" }
  | { readonly kind: "write rows" }
  | { readonly kind: "the database falls silent" }
  | { readonly kind: "the database answers" };

/** Draws them. @param kills - where a run may be killed */
export const hopOperation = <Release, Kill>(
  releases: readonly Release[],
  kills: fc.Arbitrary<Kill>,
): fc.Arbitrary<HopOperation<Release, Kill>> =>
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("up" as const),
        killAt: fc.option(kills, { nil: undefined }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("set the version" as const),
        version: fc.constantFrom(...releases),
      }),
    },
    {
      weight: 8,
      arbitrary: fc
        .constantFrom(
          "consent to what is asked for" as const,
          "consent to what is asked for" as const,
          "consent to what is asked for" as const,
          "take the consents back" as const,
          "write rows" as const,
          "the database falls silent" as const,
          "the database answers" as const,
          "the database answers" as const,
        )
        .map((kind) => ({ kind })),
    },
  );
