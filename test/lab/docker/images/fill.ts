import { chmod, copyFile, cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { librariesOf } from "../../cluster/client-image";

/** An account in an image. */
export interface Account {
  readonly name: string;
  readonly id: number;
  readonly folder: string;
}

/** What images made of this machine's programs have in common. */
export interface Contents {
  /** Paths of programs and libraries, taken with the libraries that they need. */
  readonly programs: readonly string[];
  /** Folders, taken whole. */
  readonly folders?: readonly string[];
  /** Names under which the image has the small shell. */
  readonly shell: readonly string[];
  readonly account: Account;
  /** Script that the image starts with, as `/usr/local/bin/docker-entrypoint.sh`. */
  readonly entrypoint: string;
  /** Folders that are there and empty. */
  readonly empty: readonly string[];
}

/** The small shell that every image has. */
const BUSYBOX = "/bin/busybox";

/** Puts programs of this machine, and what they need, below a folder that becomes the layer of an image. */
export async function fill(root: string, contents: Contents): Promise<void> {
  const { programs, folders = [], shell, account, entrypoint, empty } = contents;
  for (const path of [...programs, ...(await librariesOf(programs))]) await take(root, path);
  for (const folder of folders) await cp(folder, join(root, folder), { recursive: true });
  await take(root, BUSYBOX);
  for (const name of shell) await symlink("busybox", join(root, "bin", name));
  for (const folder of empty) await mkdir(join(root, folder), { recursive: true });
  await mkdir(join(root, "tmp"));
  // The mode of a folder that is made loses what the umask takes.
  await chmod(join(root, "tmp"), 0o1777);
  await mkdir(join(root, "usr/local/bin"), { recursive: true });
  await copyFile(entrypoint, join(root, "usr/local/bin/docker-entrypoint.sh"));
  const { name, id, folder } = account;
  await mkdir(join(root, "etc"), { recursive: true });
  await writeFile(
    join(root, "etc/passwd"),
    `root:x:0:0::/root:/bin/sh\n${name}:x:${id}:${id}::${folder}:/bin/sh\n`,
  );
  await writeFile(join(root, "etc/group"), `root:x:0:\n${name}:x:${id}:\n`);
}

async function take(root: string, path: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await copyFile(path, join(root, path));
}
