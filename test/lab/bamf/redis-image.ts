import { copyFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cachedFolder, keyOf } from "../cache";
import { librariesOf } from "../cluster/client-image";
import type { ImageArchive } from "../cluster/images";
import { writeImage } from "../cluster/write-image";
import { run } from "../run";
import type { Settings } from "../settings";

/** Name of the image with Redis: that of the chart's own Redis. */
export const redisImage = "public.ecr.aws/docker/library/redis:7-alpine";

const folder = "/usr/bin";
const server = `${folder}/redis-server`;

/** Writes the image of this machine's own Redis the first time somebody asks for it. It keeps nothing on disk, and asks for no password. */
export async function redisArchive(settings: Settings): Promise<ImageArchive> {
  const about = await readFile(import.meta.filename, "utf8");
  const key = keyOf([(await run(server, ["--version"])).stdout, about]);
  const kept = await cachedFolder(settings.cache, "bamf-redis", key, (aside) =>
    writeImage(join(aside, "redis.tar"), {
      name: redisImage,
      config: {
        Env: [`PATH=${folder}`],
        Cmd: [server, "--protected-mode", "no", "--save", "", "--dir", "/data"],
        WorkingDir: "/data",
      },
      fill: async (root) => {
        const programs = [server, `${folder}/redis-cli`];
        for (const path of [...programs, ...(await librariesOf(programs))]) {
          await mkdir(dirname(join(root, path)), { recursive: true });
          await copyFile(path, join(root, path));
        }
        await mkdir(join(root, "data"));
      },
    }),
  );
  return { name: redisImage, tar: join(kept, "redis.tar") };
}
