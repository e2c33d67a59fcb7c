import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";

/** A host as it is reached, whose ssh is a stand-in. */
export const HOST = { name: "c1", address: "c1", port: 22, user: "root", hostKey: "none" };

/**
 * Puts a stand-in for ssh before the real one, until `remove` is called.
 *
 * @param script - of a shell, which finds the command for the host in `$command`, and a folder of its own in `$HERE`
 * @returns that folder
 */
export async function sshHere(
  script: string,
): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "ssh-"));
  const program = join(folder, "ssh");
  await writeFile(program, `#!/bin/sh\nHERE=${folder}\nfor command; do :; done\n${script}\n`);
  await chmod(program, 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env["PATH"] ?? ""}`);
  const remove = async () => {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  };
  return { folder, remove };
}
