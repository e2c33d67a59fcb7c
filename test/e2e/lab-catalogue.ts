import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { bamfReleases } from "../lab/bamf/releases";

/** The catalogue that comes with the program. */
const OWN = join(import.meta.dirname, "../../components/bamf/catalogue.yaml");

interface Row {
  readonly version: string;
  readonly chart: object;
  readonly images: object;
  readonly head: string;
}

/**
 * Writes a catalogue that also knows those releases of the lab that the vendor never made: each is like the newest one, and what is written into Redis for that
 * one may be written for it. One that adds a revision has no row: in a line of revisions those after it would have that one, too.
 *
 * @returns its path
 */
export async function writeLabCatalogue(folder: string): Promise<string> {
  const known = parse(await readFile(OWN, "utf8")) as { readonly releases: readonly Row[] };
  const newest = known.releases.at(-1)!;
  const others = bamfReleases.filter(
    ({ tag, head }) =>
      head === newest.head && !known.releases.some(({ version }) => `v${version}` === tag),
  );
  const rows = others.map(({ tag }) => ({
    ...newest,
    version: tag.slice(1),
    chart: { ...newest.chart, version: tag.slice(1), appVersion: tag },
    images: { ...newest.images, tag },
    attention: [],
  }));
  const path = join(folder, "catalogue.yaml");
  await writeFile(path, stringify({ ...known, releases: [...known.releases, ...rows] }));
  return path;
}
