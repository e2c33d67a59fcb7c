/** What is broken about a release: `internal/settings/settings.go` names the faults of programs. */
export type BamfFault =
  "bridge-never-ready" | "bridge-never-drains" | "api-errors" | "agent-rejected";

/** One release of the stand-in: what its five images hold besides the programs. */
export interface BamfRelease {
  /** `v0.11.0`: the tag of the images; the chart's version has no `v`. */
  readonly tag: string;
  /** The newest revision of its migrations. */
  readonly head: string;
  /** Layout of the chart's values. */
  readonly layout: "outpost" | "edge";
  readonly fault?: BamfFault;
}

/** Every revision of the product's schema, oldest first; those from v0.0.0 to the newest tag are one line. */
export const revisions: readonly string[] = [
  "181801425e0b",
  "698349c0",
  "a3f1b2c4",
  "b7e2d4f1",
  "c5d8e3f2",
  "d6e9f4a3",
  "e7f0a5b4",
  "f1a2b3c4",
  "a2b3c4d5",
  "b3e4d5c6",
  "c4f5a6b7",
];

/** A revision that only a broken release has: its second statement fails. */
export const brokenRevision = "d7a8b9c0";

const newest = { head: "c4f5a6b7", layout: "edge" } as const;

/**
 * Every release that the lab has, oldest first. The real product has the first five; each of the others fails in its own way.
 */
export const bamfReleases: readonly BamfRelease[] = [
  { tag: "v0.6.0", head: "e7f0a5b4", layout: "outpost" },
  // A column has another name: a pod of v0.6.0 that starts on this schema crashes.
  { tag: "v0.7.0", head: "a2b3c4d5", layout: "outpost" },
  { tag: "v0.9.1", head: "a2b3c4d5", layout: "outpost" },
  // Tables have other names: a pod of v0.9.1 answers each new connection with 500 on this schema.
  { tag: "v0.10.0", ...newest },
  { tag: "v0.11.0", ...newest },
  { tag: "v0.11.1", ...newest, head: brokenRevision },
  { tag: "v0.11.2", ...newest, fault: "bridge-never-ready" },
  { tag: "v0.11.3", ...newest, fault: "bridge-never-drains" },
  // Every other request of a user ends in 500.
  { tag: "v0.11.4", ...newest, fault: "api-errors" },
  { tag: "v0.11.5", ...newest, fault: "agent-rejected" },
];

/** Revisions that a release's image holds, oldest first. */
export const revisionsOf = ({ head }: BamfRelease): readonly string[] =>
  head === brokenRevision
    ? [...revisions, brokenRevision]
    : revisions.slice(0, revisions.indexOf(head) + 1);
