import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { lookAtProgram } from "../../../components/hosts/machine/look";
import { swapProgram, type WantedProgram } from "../../../components/hosts/machine/swap-program";

let folder: string;
let path: string;
let credentials: string;

const cli = (release: string) =>
  Buffer.from(`#!/bin/sh\necho '{"version":"v${release}","git_commit":"c"}'\n`);
const sum = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const swap = (release: string, change: Partial<WantedProgram> = {}) =>
  swapProgram({
    path,
    ask: ["version", "--json"],
    release,
    sha256: sum(cli(release)),
    fetch: () => Promise.resolve(cli(release)),
    credentials,
    ...change,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-"));
  [path, credentials] = [join(folder, "bin/bamf"), join(folder, ".bamf")];
  await mkdir(join(folder, "bin"));
  await mkdir(credentials);
  await writeFile(join(credentials, "credentials.json"), "{}", { mode: 0o600 });
  await writeFile(path, cli("0.10.0"));
  await chmod(path, 0o755);
});
afterEach(() => rm(folder, { recursive: true }));

describe("the CLI of this machine (B-40, B-41)", () => {
  test("comes to the wanted release, runs, and leaves the credentials alone", async () => {
    expect(await swap("0.11.0")).toEqual({
      from: "fetched",
      version: "0.11.0",
      credentialsKept: true,
    });
    expect(await readFile(path)).toEqual(cli("0.11.0"));
    expect((await readdir(join(folder, "bin"))).sort()).toEqual(["bamf", "bamf.gateways-old"]);
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
    await rm(path);
    expect(await swap("0.11.0")).toMatchObject({ from: "fetched" });
  });
});

describe("the path of the CLI (B-40, B-41)", () => {
  test("that is a symbolic link stays one: what it leads to is swapped, and kept beside it", async () => {
    const link = join(folder, "link");
    await symlink(path, link);
    expect(await swap("0.11.0", { path: link })).toMatchObject({ from: "fetched" });
    expect(await readlink(link)).toBe(path);
    expect(await readFile(path)).toEqual(cli("0.11.0"));
    expect(await readFile(`${path}.gateways-old`)).toEqual(cli("0.10.0"));
  });

  test("whose file of the release somebody has made unfit to run is made executable again", async () => {
    await chmod(path, 0o644);
    expect(await swap("0.10.0")).toMatchObject({ from: "unchanged", version: "0.10.0" });
  });

  test("below a file is refused in words", async () => {
    await expect(swap("0.11.0", { path: join(path, "bamf") })).rejects.toThrow(
      /no change of .*bamf\/bamf: .*Fix: run this as somebody who may change it/,
    );
  });

  test("has a CLI that writes below its home when it is asked: the credentials are those from before", async () => {
    const busy = Buffer.from(
      `#!/bin/sh\nmkdir -p "$HOME/.bamf"; echo new >"$HOME/.bamf/credentials.json"\necho '{"version":"0.11.0"}'\n`,
    );
    const change = { fetch: () => Promise.resolve(busy), sha256: sum(busy) };
    vi.stubEnv("HOME", folder);
    expect(await swap("0.11.0", change)).toMatchObject({ credentialsKept: true });
    vi.unstubAllEnvs();
    expect(await readFile(join(credentials, "credentials.json"), "utf8")).toBe("{}");
  });

  test("whose credentials somebody changes meanwhile, in whatever folder below, says so", async () => {
    await mkdir(join(credentials, "keys"));
    const fetch = async () => {
      await writeFile(join(credentials, "keys", "one"), "new");
      return cli("0.11.0");
    };
    expect(await swap("0.11.0", { fetch })).toMatchObject({ credentialsKept: false });
  });
});

describe("what is not the wanted CLI leaves the one in use (T-31)", () => {
  const refused = async (change: Partial<WantedProgram>, words: RegExp) => {
    await expect(swap("0.11.0", change)).rejects.toThrow(words);
    expect(await readFile(path)).toEqual(cli("0.10.0"));
    expect(await readdir(join(folder, "bin"))).toEqual(["bamf"]);
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
  await writeFile(`${path}.gateways-new`, "half a fi");
  await writeFile(`${path}.gateways-part`, "half a fi");
  expect(await swap("0.11.0")).toMatchObject({ from: "fetched", version: "0.11.0" });
});

test("a folder of credentials with a link that leads nowhere, or a pipe that nobody writes to, is no hindrance (B-41)", async () => {
  await symlink(join(folder, "gone"), join(credentials, "current"));
  execFileSync("mkfifo", [join(credentials, "pipe")]);
  expect(await swap("0.11.0")).toMatchObject({ from: "fetched", credentialsKept: true });
});

test("a file at the path that cannot be read is not taken for none: it stays (B-40)", async () => {
  await truncate(path, 3 * 1024 ** 3);
  // More than Node reads, whoever asks; a file of somebody else's may be unreadable too.
  const program = { path, ask: ["version", "--json"] };
  await expect(lookAtProgram(program)).rejects.toThrow(/cannot be read/);
  await expect(swap("0.11.0")).rejects.toThrow(/no change of .*bin\/bamf: /);
  expect((await stat(path)).size).toBe(3 * 1024 ** 3);
});
