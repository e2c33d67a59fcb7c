import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../run";

const fixedTime = "1970-01-01T00:00:00Z";
const steady = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"];

/** An image of one layer. */
export interface ImagePlan {
  readonly name: string;
  /** `config` of the image: entrypoint, environment, user. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Puts the files of the layer into a folder. */
  readonly fill: (root: string) => Promise<void>;
}

/** Writes an image as an archive that `ctr images import` reads; equal files give an equal image. */
export async function writeImage(archive: string, plan: ImagePlan): Promise<void> {
  await mkdir(join(archive, ".."), { recursive: true });
  const folder = await mkdtemp(`${archive}-`);
  try {
    const root = join(folder, "root");
    await mkdir(root, { mode: 0o755 });
    await plan.fill(root);
    await run("tar", [...steady, "-C", root, "-cf", join(folder, "layer.tar"), "."]);
    const layer = createHash("sha256")
      .update(await readFile(join(folder, "layer.tar")))
      .digest("hex");
    const config = {
      architecture: process.arch === "x64" ? "amd64" : process.arch,
      os: "linux",
      created: fixedTime,
      config: plan.config,
      rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
      history: [{ created: fixedTime, created_by: "gateways lab" }],
    };
    await writeFile(join(folder, "config.json"), JSON.stringify(config));
    const manifest = [{ Config: "config.json", RepoTags: [plan.name], Layers: ["layer.tar"] }];
    await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
    const image = join(folder, "image.tar");
    const parts = ["manifest.json", "config.json", "layer.tar"];
    await run("tar", [...steady, "-C", folder, "-cf", image, ...parts]);
    await rename(image, archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
