import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import type { Say } from "../parts";
import { installPackages } from "../packages";

/** Programs of a Docker host and the Debian package that brings each to a machine that has none of its own: what the rest of the lab does without. */
const PROGRAMS: Readonly<Record<string, string>> = {
  dockerd: "docker.io",
  "docker-proxy": "docker.io",
  "docker-init": "docker.io",
  docker: "docker.io",
  haproxy: "haproxy",
  sshd: "openssh-server",
};

/** Where programs of the system lie, whatever the PATH of a person says; Docker's own packages use the last one. */
export const SYSTEM_PATH = [
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/usr/local/bin",
  "/usr/libexec/docker",
];

/**
 * Leaves the programs of a Docker host on this machine: whichever Docker it has already is taken, else Debian's. No service is started.
 *
 * @throws Error naming a program that is missing all the same
 */
export async function ensureDockerPrograms(say: Say, signal: AbortSignal): Promise<void> {
  const missing = new Set<string>();
  for (const [program, name] of Object.entries(PROGRAMS))
    if ((await find(program)) === undefined) missing.add(name);
  if (missing.size > 0) await installPackages(say, signal, [...missing]);
  await Promise.all(Object.keys(PROGRAMS).map(programPath));
}

/**
 * Path of a program of the system.
 *
 * @throws Error if there is none of this name
 */
export async function programPath(name: string): Promise<string> {
  const found = await find(name);
  if (found === undefined)
    throw new Error(
      `${name} is in none of ${SYSTEM_PATH.join(", ")}; the lab's Docker host needs it`,
    );
  return found;
}

async function find(name: string): Promise<string | undefined> {
  for (const folder of SYSTEM_PATH) {
    const path = join(folder, name);
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return undefined;
}
