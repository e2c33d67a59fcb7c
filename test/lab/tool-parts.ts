import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache";
import type { Part } from "./parts";
import type { Settings } from "./settings";
import type { ToolSet } from "./tool-sets";
import { buildTools, sourcesOf, toolFolder } from "./toolchain";

/** A set of tools; where its sources are copied before, that goes on while another set compiles. */
export async function toolParts(
  settings: Settings,
  tools: string,
  set: ToolSet,
): Promise<readonly Part[]> {
  const { cache } = settings;
  const warm = await exists(await toolFolder(cache, tools, set));
  const copied = !warm && set.replacements !== undefined;
  const after = set.after === undefined ? [] : [`${set.after} tools`];
  const built: Part = {
    name: `${set.name} tools`,
    needs: copied ? [`${set.name} sources`, ...after] : after,
    ...(set.afterMostOf === undefined ? {} : { nearly: `${set.afterMostOf} tools` }),
    seconds: warm ? 0 : set.seconds,
    heavy: true,
    run: async (say, signal) => {
      const folder = await buildTools(cache, tools, set, say, signal);
      for (const program of Object.keys(set.programs)) {
        await linkProgram(settings, join(folder, program), program);
      }
      return warm ? "from the cache" : "compiled";
    },
  };
  if (!copied) return [built];
  const sources: Part = {
    name: `${set.name} sources`,
    needs: [],
    seconds: 10,
    run: async (_say, signal) => {
      await sourcesOf(cache, tools, set, signal);
      return "copied";
    },
  };
  return [sources, built];
}

/** At no moment is there no link: somebody else may be using this lab. */
export async function linkProgram(settings: Settings, target: string, name: string): Promise<void> {
  const folder = join(settings.home, "bin");
  await mkdir(folder, { recursive: true });
  const aside = join(folder, `.${name}-${process.pid}`);
  await rm(aside, { force: true });
  await symlink(target, aside);
  await rename(aside, join(folder, name));
}
