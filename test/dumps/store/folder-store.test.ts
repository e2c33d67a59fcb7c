import { mkdir, mkdtemp, readdir, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { manifestPath, type Manifest } from "../../../components/dumps/manifest";
import {
  dumpOfPartial,
  isOfDeadRun,
  machineName,
  partialName,
} from "../../../components/dumps/partial-file";
import {
  findDumps,
  listDumps,
  readManifest,
  removeExpired,
} from "../../../components/dumps/list-dumps";
import { folderStore } from "../../../components/dumps/store/folder-store";

const owner = { gateway: "smoltbot", stack: "prod" };
const NONE = { proven: [], unread: [] };
const title = {
  ...owner,
  release: "1.2.0",
  takenAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  compression: "zstd",
  format: "custom",
} as const;
const name = "smoltbot-prod-20260102t030405z-before-1.2.0.dump.zst";
const manifest = (changes: Partial<Manifest> = {}): Omit<Manifest, "path"> => ({
  ...{ proven: true, ...owner, release: "1.2.0", takenAt: "2026-01-02T03:04:05.000Z", running: [] },
  ...{ bytes: 4, sha256: "0".repeat(64), tables: [], rows: 0, objects: 0, schemaHead: "" },
  archive: { format: "custom", compression: "zstd", bytes: 4, sha256: "0".repeat(64) },
  source: { database: "shop", server: "15.1", encoding: "UTF8", collate: "C", ctype: "C" },
  tools: { pgDump: "15.1", pgRestore: "15.1" },
  seconds: { copy: 0, compare: 0, total: 0 },
  ...changes,
});

describe("dumps in a folder", () => {
  let folder = "";
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), "gateways-store-")), "dumps");
  });
  afterEach(() => rm(join(folder, ".."), { recursive: true }));
  const store = () => folderStore(folder);
  const seal = (changes: Partial<Manifest> = {}) =>
    store().withDraft({ ...title, ...dated(changes) }, { expected: 4 }, async (draft) => {
      await draft.write(Readable.from([Buffer.from("dump")]));
      return draft.writeManifest(manifest(changes));
    });
  const dated = ({ takenAt }: Partial<Manifest>) =>
    takenAt === undefined ? {} : { takenAt: Date.parse(takenAt) };

  test("are found once they are sealed, and read as they were written; nobody else may read them", async () => {
    expect(await store().list()).toEqual([]);
    await store().prepare("smoltbot-prod-");
    const { path } = await seal();
    expect(path).toBe(join(folder, name));
    expect(await store().list()).toEqual([name]);
    expect(await text(await store().open(name))).toBe("dump");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await expect(store().judge(name)).resolves.toBeUndefined();
    expect(await listDumps(store(), owner)).toMatchObject([{ path, release: "1.2.0" }]);
    expect(await listDumps(store(), { ...owner, stack: "staging" })).toEqual([]);
  });

  test("of one second get names of their own, and none takes another's place", async () => {
    await store().prepare("smoltbot-prod-");
    expect([(await seal()).path, (await seal()).path]).toEqual([
      join(folder, name),
      join(folder, name.replace("1.2.0.", "1.2.0.2.")),
    ]);
  });

  test("leave nothing behind where their manifest cannot be written, as on a disk that they have filled", async () => {
    await store().prepare("smoltbot-prod-");
    await expect(seal({ rows: 0.5 })).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });

  test("leave nothing behind where they are not sealed (T-13)", async () => {
    await store().prepare("smoltbot-prod-");
    const failing = store().withDraft(title, { expected: 4 }, async (draft) => {
      await draft.write(Readable.from([Buffer.from("half")]));
      throw new Error("the copy differs");
    });
    await expect(failing).rejects.toThrow("the copy differs");
    expect(await readdir(folder)).toEqual([]);
  });

  test("have other files beside them that count as none, are for their owner alone, and take no other's place", async () => {
    await store().prepare("smoltbot-prod-");
    const write = (content: string) =>
      store().writeBeside("rows.jsonl.gz", Readable.from([Buffer.from(content)]), { expected: 4 });
    expect(await write("rows")).toBe(join(folder, "rows.jsonl.gz"));
    expect((await stat(join(folder, "rows.jsonl.gz"))).mode & 0o777).toBe(0o600);
    await expect(write("other")).rejects.toThrow("EEXIST");
    expect(await text(await store().open("rows.jsonl.gz"))).toBe("rows");
    expect(await store().list()).toEqual([]);
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from("ro");
        await Promise.reject(new Error("the server is gone"));
      })(),
    );
    const half = store().writeBeside("half.jsonl.gz", broken, { expected: 4 });
    await expect(half).rejects.toThrow("the server is gone");
    expect(await readdir(folder)).toEqual(["rows.jsonl.gz"]);
  });

  test("that dead runs have begun are removed, those of others are not (law 2)", async () => {
    await mkdir(folder);
    const dead = `${name}.0a1b2c.partial-${machineName()}-999999999`;
    const elsewhere = `${name}.0a1b2c.partial-runner-7`;
    const forgotten = `${name}.0a1b2c.partial-runner-8`;
    const ours = partialName(name);
    const staging = dead.replace("prod", "staging");
    const longer = dead.replace("prod", "prod-eu");
    for (const one of [dead, elsewhere, forgotten, ours, staging, longer])
      await writeFile(join(folder, one), "x");
    await utimes(join(folder, forgotten), new Date(0), new Date(0));
    await store().prepare("smoltbot-prod-");
    expect(await readdir(folder)).toEqual([elsewhere, ours, staging, longer].sort());
  });

  test("lose what retention lets go, its manifest first (S-35)", async () => {
    await store().prepare("smoltbot-prod-");
    const old = await seal({
      ...{ release: "1.1.0", takenAt: "2026-01-01T00:00:00.000Z", running: ["1.0.0"] },
    });
    const taken = await seal();
    expect(await removeExpired(store(), taken, 1)).toEqual([old.path]);
    expect(await store().list()).toEqual([name]);
    expect(await readdir(folder)).toHaveLength(2);
  });

  test("count as none with a manifest that cannot be read; one that may not be looked at is no answer (law 7)", async () => {
    await store().prepare("smoltbot-prod-");
    await seal();
    await writeFile(manifestPath(join(folder, name)), "half of it {");
    // The dump of a stack whose name is longer is not ours to tell of.
    const other = join(folder, name.replace("prod-", "prod-eu-"));
    for (const path of [other, manifestPath(other)]) await writeFile(path, "half of it {");
    expect(await findDumps(store(), owner)).toEqual({ proven: [], unread: [name] });
    await rm(manifestPath(join(folder, name)));
    expect(await readManifest(store(), name)).toBeUndefined();
    expect(await findDumps(store(), owner)).toEqual(NONE);
    await mkdir(manifestPath(join(folder, name)));
    await expect(listDumps(store(), owner)).rejects.toThrow("EISDIR");
  });

  test("are refused for a restore as a link, as a directory, empty, or missing", async () => {
    await store().prepare("smoltbot-prod-");
    await seal();
    const path = join(folder, name);
    await rm(path);
    await expect(store().judge(name)).rejects.toThrow("cannot be looked at");
    await symlink("/etc/hostname", path);
    await expect(store().judge(name)).rejects.toThrow("is a link");
    await rm(path);
    await mkdir(path);
    await expect(store().judge(name)).rejects.toThrow("is a directory");
    await rm(path, { recursive: true });
    await writeFile(path, "");
    await expect(store().judge(name)).rejects.toThrow("is empty");
  });
});

describe("the name of what is being written", () => {
  test("tells its dump; other names tell none", () => {
    expect(dumpOfPartial(partialName(name))).toBe(name);
    expect(dumpOfPartial(name)).toBeUndefined();
  });
  test("tells whether its run is over: this process is not, nor another machine's within a day", () => {
    expect(isOfDeadRun(partialName(name), undefined)).toBe(false);
    const other = `${name}.0a1b2c.partial-runner-7`;
    expect(isOfDeadRun(other, Date.now() - 23 * 3_600_000)).toBe(false);
    expect(isOfDeadRun(other, Date.now() - 25 * 3_600_000)).toBe(true);
    expect(isOfDeadRun(other, undefined)).toBe(false);
  });
  test("tells machines of one host name apart: none sees the processes of another one (law 2)", () => {
    const twin = machineName(() => "another boot, or another container");
    expect(twin).toMatch(new RegExp(`^${hostname()}\\.[0-9a-f]{8}$`));
    const begun = (machine: string) =>
      isOfDeadRun(`${name}.0a1b2c.partial-${machine}-999999999`, Date.now());
    expect(begun(machineName())).toBe(true);
    expect(begun(twin)).toBe(false);
    // By a version of the program that wrote the host name alone.
    expect(begun(hostname())).toBe(false);
  });
});
