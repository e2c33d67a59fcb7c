import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./cache";
import { makeGateways } from "./gateways";
import type { Lab } from "./lab";

const folderOf = (lab: Lab): string => join(lab.home, "project");

/** Makes the project that a person plays with, once: what they change in its stack files stays. */
export async function ensurePlayProject(lab: Lab): Promise<void> {
  const made = join(folderOf(lab), ".made");
  if (await exists(made)) return;
  await mkdir(folderOf(lab), { recursive: true });
  await makeGateways(lab, { name: "play", directory: folderOf(lab) });
  await writeFile(made, "");
}

/** Lines for a shell after which plain pulumi, kubectl and helm mean the lab and the project to play with. */
export function shellLines(lab: Lab): readonly string[] {
  const folder = folderOf(lab);
  const variables = {
    ...lab.env,
    PULUMI_BACKEND_URL: `file://${join(folder, ".state")}`,
    PULUMI_OPTION_CWD: folder,
  };
  const path = `export PATH=${quoted(`${join(folder, ".bin")}:${join(lab.home, "bin")}`)}:"$PATH"`;
  const others = Object.entries(variables).filter(([name]) => name !== "PATH");
  return [path, ...others.map(([name, value]) => `export ${name}=${quoted(value)}`)];
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
