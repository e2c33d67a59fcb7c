import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run";

/** Name of the image in which a pod's network lives; it also serves trials as a small shell. */
export const pauseImage = "docker.io/gateways-lab/pause:1";

const fixedTime = "1970-01-01T00:00:00Z";
const steady = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];

/** Writes the image as an archive that `ctr images import` reads: a static busybox that sleeps. */
export async function writePauseImage(busybox: string, archive: string): Promise<void> {
  await mkdir(join(archive, ".."), { recursive: true });
  const folder = await mkdtemp(`${archive}-`);
  try {
    const root = join(folder, "root");
    await mkdir(join(root, "bin"), { recursive: true });
    await copyFile(busybox, join(root, "bin", "busybox"));
    await run("tar", [...steady, "-C", root, "-cf", join(folder, "layer.tar"), "bin"]);
    const layer = createHash("sha256")
      .update(await readFile(join(folder, "layer.tar")))
      .digest("hex");
    const config = {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      created: fixedTime,
      config: { Entrypoint: ["/bin/busybox"], Cmd: ["sleep", "2147483647"], Env: ["PATH=/bin"] },
      rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
      history: [{ created: fixedTime, created_by: "gateways lab" }],
    };
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    const manifest = [{ Config: "config.json", RepoTags: [pauseImage], Layers: ["layer.tar"] }];
    await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
    const image = join(folder, "image.tar");
    await run("tar", [
      ...steady,
      "-C",
      folder,
      "-cf",
      image,
      "manifest.json",
      "config.json",
      "layer.tar",
    ]);
    await rename(image, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
