import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stagedHost, sumOf, type StagedHost } from "./staged-host";

const HERE = import.meta.dirname;

/** File of a release for the machine of a staged host. */
export const ASSET = "bamf-agent-linux-amd64";

/** Staged hosts behind a stand-in for ssh, with the files of three releases: 0.10.0, which runs, 0.11.0, and 0.11.1, which ends at once. */
export interface StagedHosts {
  /** Folder with a folder for each release. */
  readonly assets: string;
  /** Sum of the file of a release. */
  readonly sumOf: (release: string) => string;
  /** Variables with which programs find the stand-in in the place of ssh. */
  readonly env: { readonly PATH: string; readonly STAGED: string };
  /** Release that each of them executes, in their order; `none` if its agent is down. */
  readonly running: () => Promise<readonly string[]>;
  readonly remove: () => Promise<void>;
}

async function program(from: string, to: string): Promise<void> {
  await copyFile(join(HERE, from), to);
  await chmod(to, 0o755);
}

/**
 * Makes hosts whose agents run 0.10.0.
 *
 * @param addresses - by which they are reached
 * @param more - what their programs are told beside what those of a {@link stagedHost} are
 */
export async function stagedHosts(
  addresses: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<StagedHosts> {
  const folder = await mkdtemp(join(tmpdir(), "staged-"));
  await mkdir(join(folder, "path"));
  await program("ssh.sh", join(folder, "path/ssh"));
  const hosts: StagedHost[] = [];
  for (const address of addresses) {
    const host = await stagedHost();
    hosts.push(host);
    await mkdir(join(folder, address));
    const env = Object.entries({ ...host.env, ...more, FOLDER: host.folder });
    const lines = env.map(([key, value]) => `export ${key}='${value}'\n`);
    await writeFile(join(folder, address, "env"), lines.join(""));
    await writeFile(join(host.folder, "count"), "0\n");
    await program("systemd-run.sh", join(host.folder, "path/systemd-run"));
  }
  const { old, good, bad } = hosts[0]!.binaries;
  const releases = new Map([
    ["0.10.0", old],
    ["0.11.0", good],
    ["0.11.1", bad],
  ]);
  const assets = join(folder, "assets");
  for (const [release, binary] of releases) {
    await mkdir(join(assets, release), { recursive: true });
    await writeFile(join(assets, release, ASSET), binary);
    await writeFile(join(assets, release, "checksums.txt"), `${sumOf(binary)}  ${ASSET}\n`);
  }
  const names = new Map([...releases].map(([release, binary]) => [sumOf(binary), release]));
  return {
    assets,
    sumOf: (release) => sumOf(releases.get(release)!),
    env: { PATH: `${join(folder, "path")}:${process.env["PATH"] ?? ""}`, STAGED: folder },
    running: () =>
      Promise.all(hosts.map(async (host) => names.get((await host.running()) ?? "") ?? "none")),
    remove: async () => {
      for (const host of hosts) await host.remove();
      await rm(folder, { recursive: true });
    },
  };
}
