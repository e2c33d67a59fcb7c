import { join } from "node:path";
import { compare } from "semver";
import { z } from "zod";
import { readCatalogueOf } from "../config/read-catalogue";
import { version } from "../config/words";
import { COMPONENTS } from "../root";
import type { Catalogue as News } from "../upgrade/plan/catalogue";

const line = (what: string) => z.string(what).regex(/^\S(.*\S)?$/, what);
const source = line("where it was read: a tag and a path");
const data = z.array(line("a table, or a table and a column: roles.kubernetes_groups")).default([]);

const revision = z.strictObject({
  /** Its name in `alembic_version`. */
  id: line("the name of an Alembic revision"),
  does: line("what it changes, in one line"),
  /** How the programs of the release before fare on it. */
  before: z.enum(["works", "breaks"]),
  /** What its downgrade deletes, by the names that it has at this revision. */
  deletes: data,
  /** What it drops itself: its downgrade makes it anew, and empty. */
  empties: data,
  /** Tables, and columns as `table.column`, by their old names, with the new ones; a column's table by its newest name. */
  renames: z.record(z.string(), line("the new name")).default({}),
  /** False where it has no way down. */
  reversible: z.boolean().default(true),
  source,
});

const removal = z.strictObject({
  path: line("a value of the chart, its keys joined by dots"),
  why: line("the reason, in one line"),
  /** Values that mean what the release does anyway; with any other the translation stops. @defaultValue all are harmless */
  harmless: z.array(z.unknown()).optional(),
  /** The first release that reads it again. */
  until: version.optional(),
});

const addition = z
  .union([
    line("a value of the chart, its keys joined by dots"),
    z.strictObject({
      path: line("a value of the chart, its keys joined by dots"),
      /** The values that are new, where the others are older. @defaultValue all are new */
      only: z.array(z.unknown()).optional(),
      /** Values that mean what the releases before do anyway; with any other nobody translates to them. @defaultValue all are harmless */
      harmless: z.array(z.unknown()).optional(),
    }),
  ])
  .transform((entry) => (typeof entry === "string" ? { path: entry } : entry));

const attention = z.strictObject({
  what: line("what is another than before, in one line"),
  /** A value in the layout of this release that decides it, if somebody sets it. */
  settledBy: line("a value of the chart, its keys joined by dots").optional(),
  /** Tables of which it deletes rows. */
  deletes: data,
  source,
});

const drain = z.strictObject({
  /** `ran`: seen at work; `read`: the same keys in its source; `not`: nobody vouches for them. */
  vouched: z.enum(["ran", "read", "not"]),
  /** Field of `bridge:<id>` that names the edge, and with it the set of its bridges. */
  edge: z.enum(["edge", "outpost", "none"]).default("none"),
  /** Whether the API looks for the certificate of a bridge in its list of revoked ones each time that the bridge says something. */
  revokes: z.boolean().default(false),
  why: line("the reason, in one line"),
  source,
});

const release = z.strictObject({
  version,
  chart: z.strictObject({ version, appVersion: line("a tag of an image"), source }),
  images: z.strictObject({
    tag: line("a tag of an image"),
    names: z.array(z.enum(["api", "bridge", "agent", "web", "proxy"])),
  }),
  /** Revisions that it adds, oldest first. */
  revisions: z.array(z.string()).default([]),
  /** Last revision that it knows. */
  head: z.string(),
  values: z
    .strictObject({
      /** Values that it reads no longer, by the names of the release before. */
      removed: z.array(removal).default([]),
      /** Values by their old names, with the new ones. What lies below goes along. */
      moved: z.record(z.string(), line("the new name")).default({}),
      /** Values that the releases before do not read, by the names of this release. */
      added: z.array(addition).default([]),
    })
    .default({ removed: [], moved: {}, added: [] }),
  /** Why programs of the release before fail while it comes. */
  breaks: z.strictObject({ what: line("what fails, in one line"), source }).optional(),
  attention: z.array(attention).default([]),
  drain,
});

/** What the catalogue of BAMF may say. Closed, and whole: the head of every row follows from the rows before it. */
export const catalogueSchema = z
  .strictObject({ revisions: z.array(revision), releases: z.array(release) })
  .superRefine(({ revisions, releases }, context) => {
    const fault = (path: (string | number)[], message: string) => {
      context.addIssue({ code: "custom", path, message });
    };
    const line = revisions.map(({ id }) => id);
    const brought = releases.flatMap((row) => row.revisions);
    if (line.join(" ") !== brought.join(" "))
      fault(["revisions"], "the revisions of all releases, each once and in their order");
    releases.forEach(({ version, head }, index) => {
      const before = releases[index - 1];
      if (before !== undefined && compare(before.version, version) >= 0)
        fault(["releases", index, "version"], "a release after that of the row before");
      const known = releases.slice(0, index + 1).flatMap((row) => row.revisions);
      if (known.at(-1) !== head)
        fault(["releases", index, "head"], "the last revision of this row and of those before");
    });
  });

/** All that is known about the releases of BAMF. */
export type BamfCatalogue = z.infer<typeof catalogueSchema>;
/** One release. */
export type Release = BamfCatalogue["releases"][number];
/** One step of the schema. */
export type Revision = BamfCatalogue["revisions"][number];
/** One change that somebody has to know of. */
export type Attention = Release["attention"][number];

/**
 * Reads a catalogue of BAMF from its file.
 *
 * @param file - path, relative to the program
 * @param key - the config key that names it, for the error
 * @throws Error that names every fault of the file, or why it cannot be read
 */
export const readBamfCatalogue = (file: string, key: string): Promise<BamfCatalogue> =>
  readCatalogueOf(catalogueSchema, file, key);

/** Reads the catalogue that the stack file names, or else the one that comes with the program. */
export const knownReleases = (file?: string): Promise<BamfCatalogue> =>
  readBamfCatalogue(file ?? join(COMPONENTS, "bamf", "catalogue.yaml"), "gateways:bamf.catalogue");

/** The row of a release; undefined where there is none. @param version - with or without `v` */
export const releaseOf = (
  { releases }: Pick<BamfCatalogue, "releases">,
  version: string,
): Release | undefined => releases.find((row) => row.version === version.replace(/^v/, ""));

/** An answer about releases of which one has no row. */
export interface Unknown {
  readonly kind: "unknown";
  readonly reason: string;
}

/** Why nothing is said of a release. */
export const without = (version: string): Unknown => ({
  kind: "unknown",
  reason: `${version.replace(/^v/, "")} is not in the catalogue: read chart and image`,
});

/**
 * The catalogue as the gates that all products share read it. Values by older names are left out: the translation answers for them.
 */
export const newsIn = ({ releases }: BamfCatalogue): News =>
  releases.map(({ version, breaks, attention }) => {
    const words = [breaks, ...attention].flatMap((news) => news?.what ?? []);
    return {
      releases: version,
      ...(words.length === 0 ? {} : { summary: words.join("; ") }),
      notes: `https://github.com/mattrobinsonsre/bamf/releases/tag/v${version}`,
      requiredKeys: [],
      requiredValues: [],
      removedValues: [],
      renamedValues: {},
    };
  });
