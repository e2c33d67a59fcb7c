import { chmod, readFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, sourceKey } from "../cache";
import type { Say } from "../parts";
import type { Settings } from "../settings";
import { goBuild } from "../toolchain";

/** Compiles BAMF's stand-ins into one static program the first time somebody asks for it; gives its path. */
export async function buildBamf(
  settings: Settings,
  say: Say = () => undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  const cwd = import.meta.dirname;
  const sources = ["cmd", "internal"].map((name) => join(cwd, name));
  const key = await sourceKey(sources, [await modulesOf(cwd)]);
  const folder = await cachedFolder(settings.cache, "bamf", key, async (aside) => {
    let compiled = 0;
    const output = join(aside, "bamf");
    await goBuild({ cwd, output, sources: ["./cmd/bamf"], ldflags: "-s -w", signal }, () => {
      compiled += 1;
      say(`compiled ${compiled} packages`);
    });
    await chmod(output, 0o755);
  });
  return join(folder, "bamf");
}

const modulesOf = async (cwd: string): Promise<string> =>
  (await Promise.all(["go.mod", "go.sum"].map((name) => readFile(join(cwd, name), "utf8")))).join();
