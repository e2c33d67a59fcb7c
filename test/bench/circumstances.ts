import { readFile } from "node:fs/promises";
import { cpus, loadavg, totalmem } from "node:os";
import { dirname, join } from "node:path";
import type { Lab } from "../lab/lab";

const GIB = 1024 ** 3;
const CHECKOUT = dirname(dirname(import.meta.dirname));

/** The machine's load averages of the last 1, 5 and 15 minutes, in words. */
export const loadNow = (): string =>
  loadavg()
    .map((value) => value.toFixed(1))
    .join(", ");

/** What the machine is and how busy it was, and which programs were measured; asked for at the end. */
export async function circumstances(
  { plugins }: Pick<Lab, "plugins">,
  command: string,
  loadAtStart: string,
): Promise<readonly string[]> {
  const processors = cpus();
  const names = ["pulumi", "kubernetes", "command"];
  const versions = await Promise.all(
    names.map(async (name) => `${name} ${await versionOf(`@pulumi/${name}`)}`),
  );
  return [
    `Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}.`,
    `Machine: ${processors.length} cores (${processors[0]?.model.trim() || "unknown"}), ${Math.round(totalmem() / GIB)} GiB of memory; load average at the start ${loadAtStart}, at the end ${loadNow()}.`,
    `Node ${process.versions.node}, @pulumi packages ${versions.join(", ")}; ${plugins === "official" ? "official" : "stand-in"} provider plugins.`,
  ];
}

async function versionOf(name: string): Promise<string> {
  const path = join(CHECKOUT, "node_modules", name, "package.json");
  return (JSON.parse(await readFile(path, "utf8")) as { readonly version: string }).version;
}
