import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { run } from "../run";
import type { Settings } from "../settings";
import { containerdSocket } from "./node";

/** An image archive and the name under which pods ask for it. */
export interface ImageArchive {
  readonly name: string;
  readonly tar: string;
}

/**
 * Brings every archive into the lab's containerd; one that is there with the same content is left alone.
 *
 * @returns how many had to be brought in.
 */
export async function importImages(
  settings: Settings,
  images: readonly ImageArchive[],
): Promise<number> {
  const notes = join(settings.home, "images");
  await mkdir(notes, { recursive: true });
  const ctr = ["--address", containerdSocket(settings.home), "--namespace", "k8s.io", "images"];
  const present = new Set((await run("ctr", [...ctr, "ls", "-q"])).stdout.split("\n"));
  let imported = 0;
  for (const image of images) {
    const note = join(notes, image.name.replaceAll(/[/:]/g, "_"));
    const digest = await digestOf(image.tar);
    const known = await readFile(note, "utf8").catch(() => "");
    if (present.has(image.name) && known === digest) continue;
    await run("ctr", [...ctr, "import", image.tar]);
    await writeFile(note, digest);
    imported += 1;
  }
  return imported;
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
