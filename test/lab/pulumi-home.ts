import { mkdir, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { cachedFolder, exists, sourceKey } from "./cache";
import type { Settings } from "./settings";
import { writeIfChanged } from "./write-file";

export type PluginKind = "official" | "standin";

/** The providers that the program uses. */
export const pluginNames = ["kubernetes", "command", "docker"] as const;

/**
 * Chooses the plugins: official ones where every one of them lies on this machine, else stand-ins; a forced kind wins.
 *
 * @throws Error when `forced` is no kind, or official ones are forced and some are missing.
 */
export function choosePlugins(
  forced: string | undefined,
  missingOfficial: readonly string[],
): PluginKind {
  switch (forced) {
    case undefined:
    case "":
      return missingOfficial.length === 0 ? "official" : "standin";
    case "standin":
      return "standin";
    case "official":
      if (missingOfficial.length === 0) return "official";
      throw new Error(
        `LAB_PLUGINS=official, but this machine lacks ${missingOfficial.join(", ")}. Fix: run "pulumi plugin install resource <name> <version>", or point LAB_OFFICIAL_PLUGINS to a folder that holds resource-<name>-v<version>/.`,
      );
    default:
      throw new Error(`LAB_PLUGINS is "${forced}"; it may be "official" or "standin"`);
  }
}

/** Version of the installed npm package; the engine asks for the plugin of exactly this version. */
async function pluginVersion(checkout: string, name: string): Promise<string> {
  const path = join(checkout, "node_modules", "@pulumi", name, "package.json");
  return (JSON.parse(await readFile(path, "utf8")) as { readonly version: string }).version;
}

interface PluginPlace {
  readonly name: string;
  readonly folder: string;
  readonly official: string | undefined;
}

async function findPlugins(settings: Settings): Promise<readonly PluginPlace[]> {
  const roots = [settings.officialPlugins, join(homedir(), ".pulumi", "plugins")];
  return Promise.all(
    pluginNames.map(async (name) => {
      const folder = `resource-${name}-v${await pluginVersion(settings.checkout, name)}`;
      for (const root of roots) {
        if (root === undefined) continue;
        const found = join(root, folder);
        if (await exists(join(found, `pulumi-resource-${name}`)))
          return { name, folder, official: found };
      }
      return { name, folder, official: undefined };
    }),
  );
}

/** The kind of plugins that a lab with these settings has. */
export const pluginKind = async (settings: Settings): Promise<PluginKind> =>
  kindOf(settings, await findPlugins(settings));

function kindOf(settings: Settings, places: readonly PluginPlace[]): PluginKind {
  const missing = places
    .filter((place) => place.official === undefined)
    .map((place) => place.folder);
  return choosePlugins(settings.plugins, missing);
}

/** Fills the lab's Pulumi home with the chosen plugins and gives their kind. */
export async function ensurePulumiHome(settings: Settings): Promise<PluginKind> {
  const places = await findPlugins(settings);
  const kind = kindOf(settings, places);
  const plugins = join(settings.home, "pulumi", "plugins");
  const bundles = kind === "standin" ? await bundleStandIns(settings) : undefined;
  for (const { name, folder, official } of places) {
    const target = join(plugins, folder);
    if (bundles === undefined) await linkOfficial(target, official!);
    else await writeStandIn(target, name, join(bundles, `${name}.js`));
  }
  for (const folder of ["state", "project"]) {
    await mkdir(join(settings.home, folder), { recursive: true });
  }
  return kind;
}

// The engine does not see a folder that is a link, so the files in it are.
async function linkOfficial(target: string, official: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  for (const name of await readdir(official))
    await symlink(join(official, name), join(target, name));
}

async function writeStandIn(folder: string, name: string, bundle: string): Promise<void> {
  const program = join(folder, `pulumi-resource-${name}`);
  // Writing through a link would hit somebody's official plugin.
  if (await readlink(program).catch(() => undefined)) await rm(folder, { recursive: true });
  await mkdir(folder, { recursive: true });
  // exec: signals of the engine must reach the program itself.
  const text = `#!/bin/sh\nexec "${process.execPath}" "${bundle}" "$@"\n`;
  await writeIfChanged(program, text, 0o755);
}

// Without a source map in it: reading one costs a quarter of a plugin's start, at every run of the engine.
const BUNDLE = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "silent",
} as const;

/** One file per stand-in, so that it starts without compiling; kept in the cache by the digest of the sources. */
async function bundleStandIns(settings: Settings): Promise<string> {
  const sources = join(settings.checkout, "test", "lab", "plugins");
  const lock = await readFile(join(settings.checkout, "package-lock.json"), "utf8");
  const key = await sourceKey([sources], [lock, JSON.stringify(BUNDLE)]);
  return cachedFolder(settings.cache, "plugins", key, async (aside) => {
    for (const name of pluginNames) {
      const entry = join(sources, name, "main.ts");
      if (!(await exists(entry))) continue;
      await build({
        ...BUNDLE,
        entryPoints: [entry],
        outfile: join(aside, `${name}.js`),
        absWorkingDir: settings.checkout,
      });
    }
  });
}
