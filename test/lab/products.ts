import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, sourceKey } from "./cache";
import type { ImageArchive } from "./cluster/images";
import { clientImage, clientVersion, writeClientImage } from "./cluster/client-image";
import { pauseImage, writePauseImage } from "./cluster/pause-image";
import type { Say } from "./parts";
import type { Settings } from "./settings";
import { goBuild } from "./toolchain";
import { buildImages } from "./products/images";

const busybox = "/bin/busybox";

const productSources = (settings: Settings): string =>
  join(settings.checkout, "test", "lab", "products");

/** Compiles the stand-in products into one static program; gives its path. */
export async function buildProduct(
  settings: Settings,
  say: Say,
  signal: AbortSignal,
): Promise<string> {
  const cwd = productSources(settings);
  const folder = await cachedFolder(
    settings.cache,
    "product",
    await sourceKey([cwd]),
    async (aside) => {
      let compiled = 0;
      const output = join(aside, "product");
      await goBuild({ cwd, output, sources: ["./cmd/product"], ldflags: "-s -w", signal }, () => {
        compiled += 1;
        say(`compiled ${compiled} packages`);
      });
      await chmod(output, 0o755);
    },
  );
  return join(folder, "product");
}

/** Writes the archives of every image that the lab's cluster may be asked for. */
export async function ensureImages(
  settings: Settings,
  binary: string,
): Promise<readonly ImageArchive[]> {
  const key = await sourceKey(
    [productSources(settings)],
    [await version(busybox), pauseImage, clientImage, await clientVersion()],
  );
  const list = "images.json";
  const folder = await cachedFolder(settings.cache, "images", key, async (aside) => {
    const out = join(aside, "archives");
    await mkdir(out);
    const pause = join(aside, "pause.tar");
    await writePauseImage(busybox, pause);
    const client = join(aside, "client.tar");
    await writeClientImage(busybox, client);
    const built = [
      { name: pauseImage, tar: pause },
      { name: clientImage, tar: client },
      ...(await buildImages({ binary, busybox, out })),
    ];
    const inside = built.map(({ name, tar }) => ({ name, tar: tar.slice(aside.length + 1) }));
    await writeFile(join(aside, list), JSON.stringify(inside));
  });
  const noted = JSON.parse(await readFile(join(folder, list), "utf8")) as ImageArchive[];
  return noted.map(({ name, tar }) => ({ name, tar: join(folder, tar) }));
}

const version = async (file: string): Promise<string> => String((await readFile(file)).length);
