import { execFileSync } from "node:child_process";
import { readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lookAtProgram } from "../../../components/hosts/machine/look";
import type { WantedProgram } from "../../../components/hosts/machine/swap-program";
import { cli, eachWithCli, here, sum, swap } from "./cli-here";

eachWithCli();

describe("the CLI of this machine (B-40, B-41)", () => {
  test("comes to the wanted release, runs, and leaves the credentials alone", async () => {
    expect(await swap("0.11.0")).toEqual({
      from: "fetched",
      version: "0.11.0",
      credentialsKept: true,
    });
    expect(await readFile(here.path)).toEqual(cli("0.11.0"));
    expect((await readdir(join(here.folder, "bin"))).sort()).toEqual([
      "bamf",
      "bamf.gateways-old",
      "bamf.gateways-owner",
    ]);
  });

  test("that is at the release already is left alone, and nothing is fetched", async () => {
    const fetch = () => Promise.reject(new Error("asked"));
    expect(await swap("0.10.0", { fetch })).toMatchObject({ from: "unchanged", version: "0.10.0" });
  });

  test("goes back by the file that was kept, and nothing is fetched", async () => {
    await swap("0.11.0");
    const fetch = () => Promise.reject(new Error("asked"));
    expect(await swap("0.10.0", { fetch })).toMatchObject({ from: "kept", version: "0.10.0" });
    expect(await swap("0.11.0", { fetch })).toMatchObject({ from: "kept", version: "0.11.0" });
  });

  test("that is not there yet is installed", async () => {
    await rm(here.path);
    expect(await swap("0.11.0")).toMatchObject({ from: "fetched" });
  });
});

describe("what is not the wanted CLI leaves the one in use (T-31)", () => {
  const refused = async (change: Partial<WantedProgram>, words: RegExp) => {
    await expect(swap("0.11.0", change)).rejects.toThrow(words);
    expect(await readFile(here.path)).toEqual(cli("0.10.0"));
    expect(await readdir(join(here.folder, "bin"))).toEqual(["bamf", "bamf.gateways-owner"]);
  };

  test("an error page", () =>
    refused(
      { fetch: () => Promise.resolve(Buffer.from("Not Found")) },
      /has sha256 [0-9a-f]{64}, expected/,
    ));

  test("a file for another machine", async () => {
    // As the kernel sees it: the head of a program for no machine.
    const other = Buffer.concat([Buffer.from("\x7fELF"), Buffer.alloc(60)]);
    await refused(
      { fetch: () => Promise.resolve(other), sha256: sum(other) },
      /does not run on this machine/,
    );
  });

  test("a CLI of another release", () =>
    refused(
      { fetch: () => Promise.resolve(cli("0.12.0")), sha256: sum(cli("0.12.0")) },
      /says that it is 0\.12\.0, expected 0\.11\.0/,
    ));

  test("a download that fails", () =>
    refused({ fetch: () => Promise.reject(new Error("404")) }, /no file for .*: 404/));
});

test("what a killed run has left beside the CLI is no hindrance (B-40)", async () => {
  await writeFile(`${here.path}.gateways-new`, "half a fi");
  await writeFile(`${here.path}.gateways-part`, "half a fi");
  expect(await swap("0.11.0")).toMatchObject({ from: "fetched", version: "0.11.0" });
});

test("a folder of credentials with a link that leads nowhere, or a pipe that nobody writes to, is no hindrance (B-41)", async () => {
  await symlink(join(here.folder, "gone"), join(here.credentials, "current"));
  execFileSync("mkfifo", [join(here.credentials, "pipe")]);
  expect(await swap("0.11.0")).toMatchObject({ from: "fetched", credentialsKept: true });
});

test("a file at the path that cannot be read is not taken for none: it stays (B-40)", async () => {
  await truncate(here.path, 3 * 1024 ** 3);
  // More than Node reads, whoever asks; a file of somebody else's may be unreadable too.
  const program = { path: here.path, ask: ["version", "--json"] };
  await expect(lookAtProgram(program)).rejects.toThrow(/cannot be read/);
  await expect(swap("0.11.0")).rejects.toThrow(/no change of .*bin\/bamf: /);
  expect((await stat(here.path)).size).toBe(3 * 1024 ** 3);
});
