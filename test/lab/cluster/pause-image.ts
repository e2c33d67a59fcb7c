import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeImage } from "./write-image";

/** Name of the image in which a pod's network lives; it also serves trials as a small shell. */
export const pauseImage = "docker.io/gateways-lab/pause:1";

/** Writes the image as an archive that `ctr images import` reads: a static busybox that sleeps. */
export const writePauseImage = (busybox: string, archive: string): Promise<void> =>
  writeImage(archive, {
    name: pauseImage,
    config: { Entrypoint: ["/bin/busybox"], Cmd: ["sleep", "2147483647"], Env: ["PATH=/bin"] },
    fill: async (root) => {
      await mkdir(join(root, "bin"));
      await copyFile(busybox, join(root, "bin", "busybox"));
    },
  });
