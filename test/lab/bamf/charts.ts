import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { BamfRelease } from "./releases";

/** Folder of the chart with the newest layout; the releases before it are made of it. */
export const bamfChart = join(import.meta.dirname, "..", "charts", "bamf");

type Tree = Record<string, unknown>;
type Change = (values: Tree) => void;

const below = (tree: Tree, ...path: readonly string[]): Tree =>
  path.reduce((at, key) => at[key] as Tree, tree);

const minorOf = (tag: string): number => Number(tag.split(".")[1]);

/** What is different about the values of a release; `schema` gives the node under which the keys of a path lie. */
function changesOf(tag: string): readonly Change[] {
  const minor = minorOf(tag);
  const changes: Change[] = [];
  if (minor < 10) {
    changes.push((values) => {
      // The order stays, so that two layouts can be compared.
      const entries = Object.entries(values).map(
        ([key, value]) => [key === "edge" ? "outpost" : key, value] as const,
      );
      for (const [key] of Object.entries(values)) Reflect.deleteProperty(values, key);
      Object.assign(values, Object.fromEntries(entries));
    });
    changes.push((values) => Reflect.deleteProperty(below(values, "gateway"), "m2m"));
    changes.push((values) => Reflect.deleteProperty(below(values, "agent"), "zone"));
  }
  if (minor < 8) {
    changes.push((values) => {
      below(values, "agent")["preStopSleepSeconds"] = 5;
    });
    changes.push((values) =>
      Reflect.deleteProperty(below(values, "core", "api", "config", "audit"), "api_audit_enabled"),
    );
  }
  if (minor < 7)
    changes.push((values) =>
      Reflect.deleteProperty(below(values, "core", "api", "config"), "rate_limit"),
    );
  return changes;
}

/** The properties of a schema as a tree of the same shape as the values, whose leaves are the rules. */
function reshape(schema: Tree, tag: string): void {
  const properties = schema["properties"] as Tree;
  const nodes = (tree: Tree): Tree =>
    new Proxy(tree, {
      get: (target, key: string) => {
        const found = target[key] as Tree | undefined;
        const inner = found?.["properties"] as Tree | undefined;
        return inner === undefined ? found : nodes(inner);
      },
      set: (target, key: string, value: unknown) => {
        target[key] = typeof value === "number" ? { type: "integer", minimum: 0 } : value;
        return true;
      },
    });
  const renamed = minorOf(tag) < 10;
  for (const change of changesOf(tag).slice(renamed ? 1 : 0)) change(nodes(properties));
  if (!renamed) return;
  properties["outpost"] = properties["edge"];
  Reflect.deleteProperty(properties, "edge");
}

/** Writes the chart of a release into a folder of its own below `into`; gives that folder. */
export async function writeBamfChart(
  release: Pick<BamfRelease, "tag">,
  into: string,
): Promise<string> {
  const { tag } = release;
  const folder = join(into, `bamf-${tag.slice(1)}`);
  await mkdir(folder, { recursive: true });
  await cp(join(bamfChart, "templates"), join(folder, "templates"), { recursive: true });
  const chart = parse(await readFile(join(bamfChart, "Chart.yaml"), "utf8")) as Tree;
  await writeFile(
    join(folder, "Chart.yaml"),
    stringify({ ...chart, version: tag.slice(1), appVersion: tag }),
  );
  const values = parse(await readFile(join(bamfChart, "values.yaml"), "utf8")) as Tree;
  for (const change of changesOf(tag)) change(values);
  await writeFile(join(folder, "values.yaml"), stringify(values));
  const schema = JSON.parse(await readFile(join(bamfChart, "values.schema.json"), "utf8")) as Tree;
  reshape(schema, tag);
  await writeFile(join(folder, "values.schema.json"), `${JSON.stringify(schema, null, 2)}\n`);
  return folder;
}
