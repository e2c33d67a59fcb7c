import { createHash } from "node:crypto";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { manifestPath, type Manifest } from "../../components/dumps/manifest";
import { run } from "./backup-world";
import type { RestoreWorld } from "./restore-world";

export type Damages = ReturnType<typeof damages>;

/** Ways to damage the dump of a world, or what is written about it. */
export function damages({ dumps, manifest, path, saveShop, server }: RestoreWorld) {
  /** Rewrites the dump's own bytes. */
  const spoil = async (change: (bytes: Buffer) => Buffer): Promise<void> => {
    await writeFile(path(), change(await readFile(path())));
  };
  const flip = (at: (length: number) => number) =>
    spoil((bytes) => {
      bytes[at(bytes.length)]! ^= 1;
      return bytes;
    });
  const cut = async (part: number) =>
    truncate(path(), Math.floor((await readFile(path())).length * part));
  const edit = async (change: (sealed: Manifest) => object) =>
    writeFile(
      manifestPath(path()),
      JSON.stringify({ ...(await manifest()), ...change(await manifest()) }),
    );

  /** A second proven dump of the shop as it is now, taken later. */
  async function anotherDump(more: object = {}): Promise<string> {
    return (await saveShop(dumps(), more)).path;
  }
  /** Seals a file as if it had been proven: what somebody does who wants to be helpful. */
  async function forge(content: Buffer): Promise<void> {
    await writeFile(path(), content);
    const inside = await unpacked();
    await edit((sealed) => ({
      sha256: sha256(content),
      bytes: content.length,
      archive: { ...sealed.archive, bytes: inside.length, sha256: sha256(inside) },
    }));
  }
  const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
  const unpacked = async (): Promise<Buffer> => {
    const { stdout } = await run("zstd", ["-d", "-q", "-c", path()], {
      encoding: "buffer",
      maxBuffer: 1 << 26,
    });
    return stdout;
  };
  const packed = async (content: Buffer | string): Promise<Buffer> => {
    const plain = join(dumps(), "plain");
    await writeFile(plain, content);
    const { stdout } = await run("zstd", ["-q", "-c", plain], {
      encoding: "buffer",
      maxBuffer: 1 << 26,
    });
    await rm(plain);
    return stdout;
  };
  /** What pg_dump writes of the newer database, with these arguments. */
  async function dumpOf(...args: readonly string[]): Promise<Buffer> {
    const { hostname, port, password } = new URL(server().url("shop"));
    const { stdout } = await run("pg_dump", ["--format=custom", "--compress=0", ...args], {
      encoding: "buffer",
      maxBuffer: 1 << 26,
      env: {
        ...{ PATH: process.env["PATH"], PGHOST: hostname, PGPORT: port, PGUSER: "admin" },
        ...{ PGPASSWORD: decodeURIComponent(password), PGDATABASE: "shop" },
      },
    });
    return stdout;
  }
  /** Changes what is written about the table of agents. */
  const agentsOf = (changed: Partial<Manifest["tables"][number]>) =>
    edit(({ tables }) => ({
      tables: tables.map((table) =>
        table.name === "public.agents" ? { ...table, ...changed } : table,
      ),
    }));
  const sealOf = (changed: Partial<Manifest["source"]>) =>
    edit(({ source }) => ({ source: { ...source, ...changed } }));

  return {
    ...{ agentsOf, anotherDump, cut, dumpOf, dumps, edit, flip, forge },
    ...{ packed, path, sealOf, spoil, unpacked },
  };
}
