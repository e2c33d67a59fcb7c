import { readFile } from "node:fs/promises";
import { parse as parseYaml } from "yaml";
import { catalogueSchema, type Catalogue } from "../upgrade/plan/catalogue";
import { faultsOf, type Fault } from "./faults";

/**
 * Reads a catalogue from its file.
 *
 * @param file - path, relative to the program
 * @param key - the config key that names it, for the error
 * @throws Error that names every fault of the file, or why it cannot be read
 */
export async function readCatalogue(file: string, key: string): Promise<Catalogue> {
  const parsed = parseCatalogue(await contentOf(file, key), file);
  if ("catalogue" in parsed) return parsed.catalogue;
  const lines = parsed.faults.map(
    ({ at, found, expected, fix }) => `  ${at}: found ${found}; expected ${expected}. Fix: ${fix}.`,
  );
  const count = lines.length === 1 ? "1 fault" : `${lines.length} faults`;
  throw new Error(
    [`The catalogue of ${key} has ${count}; nothing was touched.`, ...lines].join("\n"),
  );
}

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
  let value: unknown;
  try {
    value = parseYaml(text);
  } catch (error) {
    const found = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    return { faults: [{ at: file, found, expected: "YAML", fix: "mend the file" }] };
  }
  const result = catalogueSchema.safeParse(value);
  if (result.success) return { catalogue: result.data.entries };
  return {
    faults: faultsOf(result.error, value, catalogueSchema).map((fault) => ({
      ...fault,
      at: fault.at.replace(/^gateways:?/, `${file} `).trim(),
      fix: fault.fix.replace("the stack file", "the catalogue"),
    })),
  };
}
