import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { swapProgram, type WantedProgram } from "../../../components/hosts/machine/swap-program";

/** A CLI that is a script. */
export const cli = (release: string): Buffer =>
  Buffer.from(`#!/bin/sh\necho '{"version":"v${release}","git_commit":"c"}'\n`);

export const sum = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

/** Where the CLI of each test is. */
export const here = { folder: "", path: "", credentials: "" };

/** Brings it to a release that can be fetched, for the stack gateways/prod, changed as said. */
export const swap = (release: string, change: Partial<WantedProgram> = {}) =>
  swapProgram({
    path: here.path,
    ask: ["version", "--json"],
    release,
    sha256: sum(cli(release)),
    fetch: () => Promise.resolve(cli(release)),
    credentials: here.credentials,
    claim: { stack: "gateways/prod" },
    ...change,
  });

/** Gives each test of a file a folder of its own, with a CLI of 0.10.0 and credentials in it. */
export function eachWithCli(): void {
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), "cli-"));
    Object.assign(here, {
      folder,
      path: join(folder, "bin/bamf"),
      credentials: join(folder, ".bamf"),
    });
    await mkdir(join(folder, "bin"));
    await mkdir(here.credentials);
    await writeFile(join(here.credentials, "credentials.json"), "{}", { mode: 0o600 });
    await writeFile(here.path, cli("0.10.0"));
    await chmod(here.path, 0o755);
  });
  afterEach(() => rm(here.folder, { recursive: true }));
}
