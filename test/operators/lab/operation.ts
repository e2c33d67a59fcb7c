/** Releases that the drawn stack files ask for, with how often: minors, a major, a patch, one whose migration fails, one that never gets ready. */
export const RELEASES = {
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

/** The release that the stack file asked for before the one that it asks for now: the line reverted. */
export const BEFORE = "the one before";
export type Wish = Release | typeof BEFORE;

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
  | { readonly kind: "up to a release"; readonly release: Wish }
  /** Previews, consents to what the preview asks consent for, and runs. */
  | { readonly kind: "up to a release, as it is told"; readonly release: Wish }
  | { readonly kind: "up, killed"; readonly part: Part; readonly when: Moment }
  | {
      readonly kind: "up to a release, as it is told, killed";
      readonly release: Wish;
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

/** As a person would say it: `set the version to 2.0.0`. */
export function inWords({ kind, ...more }: Operation): string {
  const details = Object.entries(more).map(([key, value]) => `${key} ${String(value)}`);
  return details.length === 0 ? kind : `${kind} (${details.join(", ")})`;
}
