import { readFile } from "node:fs/promises";
import { run } from "../run";

/** Mount points below a folder out of `/proc/self/mountinfo`, deepest first. */
export function mountsBelow(mountinfo: string, folder: string): readonly string[] {
  return mountinfo
    .split("\n")
    .map((line) => line.split(" ")[4] ?? "")
    .map((path) =>
      path.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((one, other) => other.length - one.length);
}

/** Unmounts everything below the folder. */
export async function unmountBelow(folder: string): Promise<void> {
  for (const path of mountsBelow(await readFile("/proc/self/mountinfo", "utf8"), folder)) {
    // Lazily: a process that still looks at it must not keep the lab from going away.
    await run("umount", ["--lazy", path], { reject: false });
  }
}
