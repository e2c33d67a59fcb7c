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

/**
 * Brings every image into the lab's containerd; an archive whose images are there with the same content is left alone. One at a time: containerd refuses an image
 * that another import has just brought in.
 *
 * @returns how many archives had to be brought in.
 */
export const importImages = (settings: Settings, images: readonly ImageArchive[]) =>
  withLock(
    join(settings.home, "images", "lock"),
    () => undefined,
    () => bringIn(settings, images),
  );

async function bringIn(settings: Settings, images: readonly ImageArchive[]): Promise<number> {
  const ctr = [
    "--address",
    containerdSocket(settings.home),
    ...["--namespace", "k8s.io", "images"],
  ];
  const present = new Set((await run("ctr", [...ctr, "ls", "-q"])).stdout.split("\n"));
  const archives = [...new Set(images.map(({ tar }) => tar))];
  let imported = 0;
  for (const archive of archives) {
    const names = images.filter(({ tar }) => tar === archive).map(({ name }) => name);
    const note = join(settings.home, "images", keyOf(names));
    const digest = await digestOf(archive);
    const known = await readFile(note, "utf8").catch(() => "");
    if (known === digest && names.every((name) => present.has(name))) continue;
    await run("ctr", [...ctr, "import", archive]);
    await writeIfChanged(note, digest);
    imported += 1;
  }
  return imported;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
