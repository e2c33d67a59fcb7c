import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildImages, type BuiltImage } from "./products/images";
import { releases } from "./products/releases";
import { packTar } from "./products/tar";

interface Unpacked {
  readonly type: string;
  readonly mode: number;
  readonly linkTo: string;
  readonly content: Buffer;
}

interface Config {
  readonly config: {
    readonly User: string;
    readonly Entrypoint: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Healthcheck?: { readonly Test: readonly string[] };
  };
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

const text = (block: Buffer, from: number, to: number): string =>
  block.subarray(from, to).toString().split("\0")[0]!;

function unpack(archive: Buffer): ReadonlyMap<string, Unpacked> {
  const entries = new Map<string, Unpacked>();
  for (let at = 0; archive[at] !== 0;) {
    const size = parseInt(text(archive, at + 124, at + 136), 8);
    entries.set(text(archive, at, at + 100), {
      type: text(archive, at + 156, at + 157),
      mode: parseInt(text(archive, at + 100, at + 108), 8),
      linkTo: text(archive, at + 157, at + 257),
      content: archive.subarray(at + 512, at + 512 + size),
    });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

let folder: string;
let built: readonly BuiltImage[];
let archive: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "images-"));
  await writeFile(join(folder, "product"), "a program");
  await writeFile(join(folder, "busybox"), "a shell");
  const parts = { binary: join(folder, "product"), busybox: join(folder, "busybox") };
  built = await buildImages({ ...parts, out: join(folder, "out") });
  archive = await readFile(built[0]!.tar);
});

afterAll(() => rm(folder, { recursive: true }));

/** What a container of the image would see, and how it would be started. */
function open(name: string): { files: ReadonlyMap<string, Unpacked>; config: Config } {
  const entries = unpack(archive);
  const read = (path: string): unknown => JSON.parse(entries.get(path)!.content.toString());
  const manifest = read("manifest.json") as {
    Config: string;
    RepoTags: string[];
    Layers: string[];
  }[];
  const image = manifest.find(({ RepoTags }) => RepoTags.includes(name))!;
  const layers = image.Layers.map((layer) => entries.get(layer)!.content);
  const config = read(image.Config) as Config;
  expect(config.rootfs.diff_ids).toEqual(layers.map((layer) => `sha256:${sha256(layer)}`));
  return { files: new Map(layers.flatMap((layer) => [...unpack(layer)])), config };
}

describe("the images", () => {
  test("have names as a registry would have them: no v for the gateway, one for its migrations (T-07)", () => {
    const names = built.map(({ name }) => name);
    expect(names).toContain("ghcr.io/mnemom/gateway:1.1.0");
    expect(names).toContain("ghcr.io/mnemom/migrate:v1.1.0");
    expect(new Set(names).size).toBe(3 + 2 * releases.length);
  });

  test("are the same bytes for the same parts", async () => {
    const parts = { binary: join(folder, "product"), busybox: join(folder, "busybox") };
    const again = await buildImages({ ...parts, out: join(folder, "again") });
    expect(sha256(await readFile(again[0]!.tar))).toBe(sha256(archive));
    expect(await readdir(join(folder, "again"))).toEqual(["images.tar"]);
  });

  test("of two releases differ, even where they hold the same files", () => {
    const digests = built.map(({ name }) => JSON.stringify(open(name).config));
    expect(new Set(digests).size).toBe(built.length);
  });

  test("of the gateway start through tini, so that the argument migrate names no program (T-05)", () => {
    const { files, config } = open("ghcr.io/mnemom/gateway:1.0.0");
    expect(config.config.Entrypoint).toEqual(["/app/tini", "--"]);
    expect(config.config.Cmd).toEqual(["/app/product", "gateway"]);
    expect(config.config.User).toBe("65534:65534");
    expect(config.config.Healthcheck?.Test.join(" ")).toContain("/health/live");
    expect([...files.keys()].filter((path) => path.endsWith("/migrate"))).toEqual([]);
  });

  test("have the shell and the sleep that a preStop hook needs", () => {
    const { files } = open("ghcr.io/mnemom/gateway:1.0.0");
    expect(files.get("bin/busybox")).toMatchObject({ mode: 0o755, type: "0" });
    expect(files.get("bin/sleep")).toMatchObject({ linkTo: "busybox", type: "2" });
    expect(files.get("tmp/")).toMatchObject({ mode: 0o1777, type: "5" });
  });

  test("of the gateway say what the release is and what is broken about it", () => {
    const { files } = open("ghcr.io/mnemom/gateway:1.1.2");
    const said: unknown = JSON.parse(files.get("etc/product/release.json")!.content.toString());
    expect(said).toEqual({
      version: "1.1.2",
      reads: "agents?select=id,nudge_strategy",
      optionalEnv: { MNEMOM_NUDGE: "off" },
      fault: { neverReady: true },
    });
  });

  test("of the migrations hold every file up to their release", () => {
    const { files, config } = open("ghcr.io/mnemom/migrate:v1.1.0");
    expect(config.config.Entrypoint).toEqual(["/app/product", "migrate"]);
    expect([...files.keys()].filter((path) => path.endsWith(".sql"))).toEqual([
      "app/database/migrations/001_base.sql",
      "app/database/migrations/002_checkpoints.sql",
      "app/database/migrations/003_add_nudge_strategy.sql",
      "app/database/migrations/004_nudges.sql",
    ]);
  });
});

describe("the releases", () => {
  test.each(releases.map(({ version, migrations }) => [version, migrations] as const))(
    "%s applies its migrations in the order in which the releases brought them (S-14)",
    async (_version, migrations) => {
      const root = join(import.meta.dirname, "products", "migrations");
      const names = await Promise.all(migrations.map((it) => readdir(join(root, it))));
      const inOrder = names.flatMap((each) => each.sort());
      expect(inOrder).toEqual([...inOrder].sort());
      expect(new Set(inOrder).size).toBe(inOrder.length);
    },
  );
});

test("an archive refuses a path that ustar cannot hold instead of cutting it", () => {
  expect(() => packTar([{ path: "x".repeat(101), mode: 0o644 }])).toThrow("path too long");
});
