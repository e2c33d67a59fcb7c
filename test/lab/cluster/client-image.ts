import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { run } from "../run";
import { writeImage } from "./write-image";

/** Name of the image with the client programs of PostgreSQL: that of the official one of the same major version. */
export const clientImage = "docker.io/library/postgres:15-alpine";

const PROGRAMS = "/usr/lib/postgresql/15/bin";
const clients = ["psql", "pg_dump", "pg_restore"];
const shell = ["sh", "awk", "cat", "sleep", "touch", "test"];

/** Writes an image of this machine's own client programs with the libraries that they need, and a small shell. */
export const writeClientImage = (busybox: string, archive: string): Promise<void> =>
  writeImage(archive, {
    name: clientImage,
    config: { Env: [`PATH=${PROGRAMS}:/bin`], Cmd: ["psql", "--version"] },
    fill: async (root) => {
      const programs = clients.map((name) => join(PROGRAMS, name));
      for (const path of [...programs, ...(await librariesOf(programs))]) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await copyFile(path, join(root, path));
      }
      await mkdir(join(root, "bin"));
      await copyFile(busybox, join(root, "bin", "busybox"));
      for (const name of shell) await symlink("busybox", join(root, "bin", name));
      await mkdir(join(root, "etc"));
      await writeFile(join(root, "etc", "passwd"), "nobody:x:65534:65534::/:/bin/sh\n");
    },
  });

/** Paths of all libraries, and of the loader itself. */
export async function librariesOf(programs: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run("ldd", programs);
  const paths = stdout.split("\n").map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1]);
  return [...new Set(paths.filter((path) => path !== undefined))];
}

/** Says which client programs the image is made of. */
export const clientVersion = async (): Promise<string> =>
  (await run(join(PROGRAMS, "pg_dump"), ["--version"])).stdout.trim();
