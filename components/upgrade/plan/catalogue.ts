import { compare, gt, lte, parse, satisfies, valid, validRange } from "semver";
import { z } from "zod";

const line = (what: string) => z.string(what).regex(/^\S(.*\S)?$/, what);
const keys = z
  .array(z.string().regex(/^[A-Z][A-Z0-9_]*$/, "an environment variable name"))
  .default([]);
const RELEASES = 'a release such as "2.0.0", or a range of them such as ">=1.2.0 <1.2.4"';

const VALUE = "a value of the chart, its keys joined by dots";

const entrySchema = z.strictObject({
  /**
   * Where it holds: a release stands for itself and, for what it asks for, for all after it; a range for the releases in it.
   */
  releases: z
    .string(RELEASES)
    .refine((text) => text.trim() !== "" && validRange(text) !== null, RELEASES),
  /** What it brings, in one line; shown to whoever goes there. */
  summary: line("one line of words").optional(),
  /** Where its notes can be read. */
  notes: z.url("URL of the release notes").optional(),
  /** Environment keys that it needs and the releases before did not. */
  requiredKeys: keys,
  /** Values of the chart that it needs and that have no usable default, joined by dots. */
  requiredValues: z.array(line(VALUE)).default([]),
  /** Values of the chart that it reads no longer, joined by dots. */
  removedValues: z.array(line(VALUE)).default([]),
  /** Values of the chart by their old name, with the new one. */
  renamedValues: z.record(z.string(), line("the new name of the value")).default({}),
  /** Why nobody should run it. */
  knownBad: line("the reason, in one line").optional(),
  /** What it needs more or less of: `256 MiB more memory per gateway pod`. */
  resources: line("one line of words").optional(),
});

/** What a catalogue may say. */
export const catalogueSchema = z.strictObject({ entries: z.array(entrySchema) });

/** One fact about a release or a range of releases. */
export type CatalogueEntry = z.infer<typeof entrySchema>;

/** What is known about the releases of a product, as data. */
export type Catalogue = readonly CatalogueEntry[];

/** Environment keys that the release needs, as far as the catalogue knows. */
export const keysNeededBy = (catalogue: Catalogue, release: string): readonly string[] =>
  catalogue.filter((entry) => holds(entry, release)).flatMap(({ requiredKeys }) => requiredKeys);

/** Values of the chart that the release needs somebody to set, as far as the catalogue knows. */
export const valuesNeededBy = (catalogue: Catalogue, release: string): readonly string[] =>
  catalogue.filter((entry) => holds(entry, release)).flatMap((entry) => entry.requiredValues);

/** What one entry says if the upgrade crosses its releases. */
export interface News {
  readonly releases: string;
  readonly words: string;
  /** Where the notes can be read. */
  readonly notes: string | undefined;
}

/** What the releases on the way bring, as far as the catalogue knows. */
export const newsOf = (
  catalogue: Catalogue,
  { from, to }: { readonly from: string | undefined; readonly to: string },
): readonly News[] =>
  catalogue
    .filter((entry) => isCrossed(entry, from, to))
    .map(({ releases, summary, resources, notes }) => ({
      releases,
      words: [summary, resources].filter((text) => text !== undefined).join("; "),
      notes,
    }))
    .filter(({ words }) => words !== "");

/** True if what the entry asks for is asked for by the release: it is in the range, or is the entry's release or a later one. */
export const holds = ({ releases }: CatalogueEntry, release: string): boolean =>
  valid(releases) === null ? isIn(releases, release) : !gt(releases, finished(release));

/** True if the entry is about the release itself. */
export const isAbout = ({ releases }: CatalogueEntry, release: string): boolean =>
  valid(releases) === null ? isIn(releases, release) : compare(releases, release) === 0;

/** True if a step from one release up to another one comes by what the entry is about. */
export function isCrossed(entry: CatalogueEntry, from: string | undefined, to: string): boolean {
  if (from === undefined) return isAbout(entry, to);
  if (!gt(to, from)) return false;
  if (valid(entry.releases) === null)
    return isIn(entry.releases, to) && !isIn(entry.releases, from);
  return gt(entry.releases, from) && lte(entry.releases, finished(to));
}

const isIn = (range: string, release: string): boolean =>
  satisfies(release, range, { includePrerelease: true });

/** A trial of a release needs what the release needs: 2.0.0 for 2.0.0-rc.1. */
function finished(release: string): string {
  const { major, minor, patch } = parse(release, {}, true);
  return `${major}.${minor}.${patch}`;
}
