import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../run";
import type { Settings } from "../settings";
import { keyOf } from "../cache";
import { withLock } from "../lock";
import { writeIfChanged } from "../write-file";
import { containerdSocket } from "./node";

/** An image archive and the name under which pods ask for it. */
export interface ImageArchive {
  readonly name: string;
  readonly tar: string;
}

/** What runs containers, and has the images for it. */
export interface ImageStore {
  /** Names of the images that are there. */
  readonly names: () => Promise<ReadonlySet<string>>;
  /** How the store calls an image. @defaultValue by its whole name */
  readonly nameOf?: (name: string) => string;
  readonly load: (archive: string) => Promise<void>;
}

/** Brings every image into the lab's containerd. @returns how many archives had to be brought in */
export const importImages = (
  settings: Settings,
  images: readonly ImageArchive[],
): Promise<number> => bringImages(settings.home, containerdStore(settings), images);

function containerdStore({ home }: Settings): ImageStore {
  const ctr = ["--address", containerdSocket(home), ...["--namespace", "k8s.io", "images"]];
  return {
    names: async () => new Set((await run("ctr", [...ctr, "ls", "-q"])).stdout.split("\n")),
    load: async (archive) => {
      await run("ctr", [...ctr, "import", archive]);
    },
  };
}

/**
 * Brings every image into a store; an archive whose images are there with the same content is left alone. One at a time: containerd refuses an image that another
 * import has just brought in.
 *
 * @param folder - where it is noted what was brought in; it goes when the store goes
 * @returns how many archives had to be brought in.
 */
export const bringImages = (
  folder: string,
  store: ImageStore,
  images: readonly ImageArchive[],
): Promise<number> =>
  withLock(
    join(folder, "images", "lock"),
    () => undefined,
    () => bringMissing(folder, store, images),
  );

async function bringMissing(
  folder: string,
  { names, nameOf = (name) => name, load }: ImageStore,
  images: readonly ImageArchive[],
): Promise<number> {
  const present = await names();
  const archives = [...new Set(images.map(({ tar }) => tar))];
  let brought = 0;
  for (const archive of archives) {
    const held = images.filter(({ tar }) => tar === archive).map(({ name }) => name);
    const note = join(folder, "images", keyOf(held));
    const digest = await digestOf(archive);
    const known = await readFile(note, "utf8").catch(() => "");
    if (known === digest && held.every((name) => present.has(nameOf(name)))) continue;
    await load(archive);
    await writeIfChanged(note, digest);
    brought += 1;
  }
  return brought;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
