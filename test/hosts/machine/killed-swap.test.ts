import { createHash } from "node:crypto";
import * as files from "node:fs/promises";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { swapProgram as SwapProgram } from "../../../components/hosts/machine/swap-program";

/** What becomes of the calls that change something: one of them ends the program, or the disk is full. */
const fate = {
  calls: 0,
  /** Its call before which it ends; one that writes has written a part by then. */
  killAt: 0,
  isDead: false,
  /** Codes of calls that fail, by their names. */
  refused: new Map<string, string>(),
};

async function step<T>(name: string, act: () => Promise<T>, half?: () => Promise<unknown>) {
  if (fate.isDead) throw new Error("killed");
  const code = fate.refused.get(name);
  if (code !== undefined) throw Object.assign(new Error(code), { code });
  fate.calls += 1;
  if (fate.killAt === fate.calls) {
    await half?.();
    fate.isDead = true;
    throw new Error("killed");
  }
  return act();
}

const stepwise =
  <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
  (...args: A) =>
    step(name, () => call(...args));

/** A file whose writing ends in the middle. */
async function open(...args: Parameters<typeof files.open>): Promise<files.FileHandle> {
  const file = await step("open", () => files.open(...args));
  const write = (content: Buffer) => file.write(content).then(() => undefined);
  return {
    chmod: (mode: number) => step("chmod", () => file.chmod(mode)),
    close: () => file.close(),
    // Nobody takes the power away.
    sync: () => step("sync", () => Promise.resolve()),
    writeFile: (content: Buffer) =>
      step(
        "write",
        () => write(content),
        () => write(content.subarray(0, 9)),
      ),
  } as files.FileHandle;
}

const fatefulFiles = {
  ...files,
  open,
  chmod: stepwise("chmod", files.chmod),
  copyFile: stepwise("copy", files.copyFile),
  link: stepwise("link", files.link),
  mkdir: stepwise("mkdir", files.mkdir),
  mkdtemp: stepwise("mkdtemp", files.mkdtemp as (prefix: string) => Promise<string>),
  rename: stepwise("rename", files.rename),
  rm: stepwise("rm", files.rm),
  writeFile: stepwise("write", files.writeFile),
};

/** A program is asked by what it would print, so that a thousand of them cost no process. */
async function execFile(path: string): Promise<{ readonly stdout: string }> {
  if (((await stat(path)).mode & 0o100) === 0) throw new Error("EACCES");
  return { stdout: await readFile(path, "utf8") };
}

let swapProgram: typeof SwapProgram;

beforeAll(async () => {
  vi.resetModules();
  vi.doMock("node:fs/promises", () => fatefulFiles);
  vi.doMock("node:child_process", () => ({
    execFile: Object.assign(() => undefined, { [promisify.custom]: execFile }),
  }));
  ({ swapProgram } = await import("../../../components/hosts/machine/swap-program"));
});
// The next file of tests has the real ones.
afterAll(() => {
  vi.doUnmock("node:fs/promises");
  vi.doUnmock("node:child_process");
  vi.resetModules();
});

const cli = (release: string) => Buffer.from(`{"version":"${release}"}`);
const sum = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const OLD = "0.10.0";
const NEW = "0.11.0";

let folder: string;
let path: string;

const alive = () => {
  Object.assign(fate, { calls: 0, killAt: 0, isDead: false });
};
const swap = (release: string, fetch = () => Promise.resolve(cli(release))) =>
  swapProgram({
    path,
    ask: ["version", "--json"],
    release,
    sha256: sum(cli(release)),
    fetch,
    credentials: join(folder, ".bamf"),
    claim: { stack: "gateways/prod" },
  });
const nothing = () => Promise.reject(new Error("no answer from the mirror"));
const lies = async (at: string) =>
  (JSON.parse(await readFile(at, "utf8")) as { readonly version: string }).version;

async function fresh(): Promise<void> {
  alive();
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, "bin"), { recursive: true });
  await writeFile(path, cli(OLD), { mode: 0o755 });
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "killed-"));
  path = join(folder, "bin/bamf");
  // What a killed run leaves of the home that it has given to a program goes with it.
  vi.stubEnv("TMPDIR", folder);
});
afterEach(async () => {
  alive();
  fate.refused.clear();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** Ends the run at each of its calls, one after the other. @returns how many there are */
async function killEverywhere(
  before: () => Promise<unknown>,
  run: () => Promise<unknown>,
  after: () => Promise<void>,
): Promise<number> {
  await before();
  alive();
  await run();
  const { calls } = fate;
  for (let call = 1; call <= calls; call += 1) {
    await before();
    alive();
    fate.killAt = call;
    // A call that may fail is no reason for it to end; a kill is, and nothing is done after it.
    await run().catch(() => undefined);
    expect(fate.isDead).toBe(true);
    alive();
    expect([OLD, NEW], `call ${call}`).toContain(await lies(path));
    expect((await stat(path)).mode & 0o777, `call ${call}`).toBe(0o755);
    await after();
  }
  return calls;
}

describe.each(["with second names", "without second names"])(
  "a swap of the CLI that is killed at each of its calls, on a file system %s (B-40)",
  (kind) => {
    beforeEach(() => {
      if (kind === "without second names") fate.refused.set("link", "EPERM");
    });

    test("leaves a whole CLI; the next run ends it, and both files are there", async () => {
      const calls = await killEverywhere(
        fresh,
        () => swap(NEW),
        async () => {
          await swap(NEW);
          expect([await lies(path), await lies(`${path}.gateways-old`)]).toEqual([NEW, OLD]);
          await swap(OLD, nothing);
          expect((await readdir(join(folder, "bin"))).sort()).toEqual([
            "bamf",
            "bamf.gateways-old",
            "bamf.gateways-owner",
          ]);
        },
      );
      expect(calls).toBeGreaterThan(15);
    });

    test("on the way back loses neither file: the next run ends it without a download, and so does one that wants what was in use", async () => {
      const atNew = async () => {
        await fresh();
        await swap(NEW);
      };
      const back = () => swap(OLD, nothing);
      await killEverywhere(atNew, back, async () => {
        await back();
        expect([await lies(path), await lies(`${path}.gateways-old`)]).toEqual([OLD, NEW]);
        await swap(NEW, nothing);
      });
      await killEverywhere(atNew, back, async () => {
        await swap(NEW, nothing);
        expect(await lies(path)).toBe(NEW);
        await swap(OLD, nothing);
        expect(await lies(path)).toBe(OLD);
      });
    });
  },
);

test("the way back needs no room on a disk that is full, nor a home for the CLI (B-40)", async () => {
  await fresh();
  await swap(NEW);
  for (const call of ["open", "write", "copy", "mkdtemp"]) fate.refused.set(call, "ENOSPC");
  expect(await swap(OLD, nothing)).toMatchObject({ from: "kept", version: OLD });
  await expect(swap("0.12.0")).rejects.toThrow(/no change of .*ENOSPC/);
  expect([await lies(path), await lies(`${path}.gateways-old`)]).toEqual([OLD, NEW]);
});
