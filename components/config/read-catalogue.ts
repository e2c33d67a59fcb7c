import { readFile } from "node:fs/promises";
import { parse as parseYaml } from "yaml";
import type { z } from "zod";
import { catalogueSchema, type Catalogue } from "../upgrade/plan/catalogue";
import { rememberEach } from "../upgrade/remember";
import { faultsOf, type Fault } from "./faults";

/**
 * Reads a catalogue from its file.
 *
 * @param file - path, relative to the program
 * @param key - the config key that names it, for the error
 * @throws Error that names every fault of the file, or why it cannot be read
 */
export const readCatalogue = async (file: string, key: string): Promise<Catalogue> =>
  (await readCatalogueOf(catalogueSchema, file, key)).entries;

/**
 * Reads what is known about releases from a file, in the form that a product gives it.
 *
 * @param file - path, relative to the program
 * @param key - the config key that names it, for the error
 * @throws Error that names every fault of the file, or why it cannot be read
 */
export async function readCatalogueOf<T>(
  schema: z.ZodType<T>,
  file: string,
  key: string,
): Promise<T> {
  const text = await contentOf(file, key);
  const entries = entriesBy(schema);
  const known = entries.get(text);
  if (known !== undefined) return known as T;
  const parsed = parse(schema, text, file);
  if ("value" in parsed) {
    entries.set(text, parsed.value);
    return parsed.value;
  }
  const lines = parsed.faults.map(
    ({ at, found, expected, fix }) => `  ${at}: found ${found}; expected ${expected}. Fix: ${fix}.`,
  );
  const count = lines.length === 1 ? "1 fault" : `${lines.length} faults`;
  throw new Error(
    [`The catalogue of ${key} has ${count}; nothing was touched.`, ...lines].join("\n"),
  );
}

/** What each schema has read of a text: gateways of one stack share their catalogue, which nobody changes. */
const entriesBy = rememberEach<z.ZodType, Map<string, unknown>>(() => new Map());

async function contentOf(file: string, key: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const found =
      code === "ENOENT" ? "no file of that name" : `a file that cannot be read (${code})`;
    throw new Error(
      `${key}: found ${found}: ${file}; expected a catalogue in YAML. Fix: correct the path, which starts at the program's folder, or remove the key.`,
    );
  }
}

/**
 * Reads a catalogue whole: its entries, or every fault at once, each with its path in the file.
 *
 * @param text - YAML
 * @param file - name of the file, for the faults
 */
export function parseCatalogue(
  text: string,
  file: string,
): { readonly catalogue: Catalogue } | { readonly faults: readonly Fault[] } {
  const parsed = parse(catalogueSchema, text, file);
  return "value" in parsed ? { catalogue: parsed.value.entries } : parsed;
}

function parse<T>(
  schema: z.ZodType<T>,
  text: string,
  file: string,
): { readonly value: T } | { readonly faults: readonly Fault[] } {
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    const found = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { faults: [{ at: file, found, expected: "YAML", fix: "mend the file" }] };
  }
  const result = schema.safeParse(value);
  if (result.success) return { value: result.data };
  return {
    faults: faultsOf(result.error, value, schema).map((fault) => ({
      ...fault,
      at: fault.at.replace(/^gateways:?/, `${file} `).trim(),
      fix: fault.fix.replace("the stack file", "the catalogue").replaceAll("gateways:", ""),
    })),
  };
}
