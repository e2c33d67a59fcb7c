import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { once } from "../../upgrade/once";
import { isMap, type Values } from "../../upgrade/values";
import { helm, locate, type ChartSource } from "./render";

/** What a chart says about its values. */
export interface ChartValues {
  /** Its schema, as the chart has it; undefined if it brings none. */
  readonly schema: unknown;
  readonly defaults: Values;
}

const SCHEMA = "values.schema.json";
const DEFAULTS = "values.yaml";
/** Texts by file name. */
type Files = ReadonlyMap<string, string>;

/**
 * Reads the schema and the defaults of a chart. Of one that is not local Helm fetches the archive into a folder that is removed again.
 *
 * @throws Error with Helm's own words where the chart cannot be had, or that says which of its files cannot be read
 */
export async function readChartValues(chart: ChartSource): Promise<ChartValues> {
  const files = "path" in chart ? await filesAt(resolve(chart.path)) : await pulled(chart);
  const defaults = read(files, DEFAULTS, parse) ?? {};
  return {
    schema: read(files, SCHEMA, JSON.parse),
    defaults: isMap(defaults) ? defaults : {},
  };
}

function read(files: Files, name: string, parsed: (text: string) => unknown): unknown {
  const text = files.get(name);
  if (text === undefined) return undefined;
  try {
    return parsed(text);
  } catch {
    throw new Error(`${name} of the chart cannot be read`);
  }
}

/** Of a chart folder or an archive. */
async function filesAt(path: string): Promise<Files> {
  if (!(await stat(path)).isDirectory()) return filesInArchive(path);
  const found = await Promise.all(
    [SCHEMA, DEFAULTS].map(async (name) => [name, await textOf(join(path, name))] as const),
  );
  return new Map(found.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));
}

const textOf = (path: string): Promise<string | undefined> =>
  readFile(path, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });

async function filesInArchive(file: string): Promise<Files> {
  const { list } = await import("tar");
  const files = new Map<string, string>();
  await list({
    file,
    onReadEntry: (entry) => {
      // The chart is in one folder; those of its subcharts lie deeper.
      const [, name] = /^(?:\.\/)?[^/]+\/([^/]+)$/.exec(entry.path) ?? [];
      if (name !== SCHEMA && name !== DEFAULTS) return;
      const chunks: Buffer[] = [];
      entry.on("data", (chunk: Buffer) => chunks.push(chunk));
      entry.on("end", () => files.set(name, Buffer.concat(chunks).toString("utf8")));
    },
  });
  return files;
}

/** A pinned version of a chart is fetched once, however many gateways are made from it. */
const pulled = once(
  async (chart: Exclude<ChartSource, { readonly path: string }>): Promise<Files> => {
    const folder = await mkdtemp(join(tmpdir(), "gateways-chart-"));
    try {
      await helm(["pull", ...(await locate(chart)), "--destination", folder], {});
      const [archive] = await readdir(folder);
      return archive === undefined ? new Map() : await filesInArchive(join(folder, archive));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
