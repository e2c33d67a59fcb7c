import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { load } from "../../components/start/bundle.mjs";

const CHECKOUT = dirname(dirname(import.meta.dirname));
const LONG_AGO = new Date("2020-01-01");

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bundle-"));
  await symlink(join(CHECKOUT, "node_modules"), join(root, "node_modules"));
  await source("entry.ts", 'import { word } from "./word";\nexport const said: string = word;');
  await source("word.ts", 'export const word = "old";');
});
afterEach(() => rm(root, { recursive: true }));

/** With the same time and size of file as before where the words are of one length, as `cp -p` would leave it. */
async function source(name: string, text: string): Promise<void> {
  await writeFile(join(root, name), text);
  await utimes(join(root, name), LONG_AGO, LONG_AGO);
}

const cache = () => join(root, "cache");

const said = async ({ settledMs = -1000 } = {}) =>
  (await load("entry.ts", { root, folder: cache(), settledMs }))["said"];

const kept = async () =>
  (await readdir(cache()).catch(() => [])).map((name) => name.replace(/-[0-9a-f]{16}/, "")).sort();

test("a module is loaded with what it imports, kept, and loaded again from there", async () => {
  expect(await said()).toBe("old");
  expect(await kept()).toEqual(["entry-ts.cjs", "entry-ts.json"]);
  const bundle = (await readdir(cache())).find((name) => name.endsWith(".cjs")) ?? "";
  const code = await readFile(join(cache(), bundle), "utf8");
  await writeFile(join(cache(), bundle), code.replace('"old"', '"kept"'));
  expect(await said()).toBe("kept");
});

test("a changed source never runs as it was before, not even with its old size and time", async () => {
  await said();
  await source("word.ts", 'export const word = "new";');
  expect(await said()).toBe("new");
  expect(await said()).toBe("new");
  expect(await kept()).toHaveLength(2);
});

test("a bundle of sources that may change once more unseen is not kept", async () => {
  expect(await said({ settledMs: 60_000 })).toBe("old");
  expect(await kept()).toEqual([]);
});

test.each(["package-lock.json", "tsconfig.json", "node_modules/.package-lock.json"])(
  "a new %s makes a new bundle",
  async (name) => {
    await rm(join(root, "node_modules"));
    await mkdir(join(root, "node_modules"));
    await source(name, "{}");
    await said();
    const manifest = join(cache(), "entry-ts.json");
    const before = await readFile(manifest, "utf8");
    await source(name, "{} ");
    await said();
    expect(await readFile(manifest, "utf8")).not.toBe(before);
  },
);

test("where nothing can be kept it runs all the same", async () => {
  await writeFile(cache(), "a file, so that there can be no folder");
  expect(await said()).toBe("old");
});

test.each(["", "{", '{"file":"gone.cjs","stamps":{}}'])(
  "a damaged cache (%j) is made anew",
  async (text) => {
    await said();
    await writeFile(join(cache(), "entry-ts.json"), text);
    expect(await said()).toBe("old");
  },
);

test("two at once both run", async () => {
  expect(await Promise.all([said(), said(), said()])).toEqual(["old", "old", "old"]);
  expect(await kept()).toHaveLength(2);
});

test("a fault in a source is told with its place and without a stack", async () => {
  await source("word.ts", "export const = 1;");
  await expect(said()).rejects.toMatchObject({
    message: expect.stringContaining("word.ts:1:13: ERROR") as string,
    stack: expect.not.stringContaining("    at ") as string,
  });
});

test("no module but components/root.ts asks for its own place, which a bundle does not know", async () => {
  const names = await readdir(join(CHECKOUT, "components"), { recursive: true });
  const sources = [...names.filter((name) => name.endsWith(".ts")), "../index.ts"];
  const asking: string[] = [];
  for (const name of sources) {
    const text = await readFile(join(CHECKOUT, "components", name), "utf8");
    if (/import\.meta|__dirname|__filename/.test(text)) asking.push(name);
  }
  expect(asking).toEqual(["root.ts"]);
});
