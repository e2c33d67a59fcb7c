import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { parseConfig } from "../../components/config/parse";
import { products } from "../../components/products";
import { targets } from "../../components/targets";

const ROOT = join(import.meta.dirname, "../..");

/** What an example may leave out, since it shows a part of a stack file, and the dots of what it cuts short. */
const LEFT_OUT =
  /^(nothing|no target|no gateway in the stack file|dumps to be encrypted, .*|".*\.\.\.")$/;

/** The examples of a page that say something of a gateway, as the engine would read them. */
async function examplesIn(page: string): Promise<readonly unknown[]> {
  const text = await readFile(join(ROOT, page), "utf8");
  return [...text.matchAll(/^( *)```ya?ml\n([^]*?)^\1```/gm)]
    .map(([, indent = "", block = ""]) => block.replaceAll(new RegExp(`^${indent}`, "gm"), ""))
    .filter((block) => block.includes("gateways:"))
    .map((block) => {
      const found = parse(block) as Readonly<Record<string, unknown>>;
      return found["config"] ?? found;
    });
}

const pages = [
  ...["README.md", "SECURITY.md"],
  ...(await readdir(join(ROOT, "docs"), { recursive: true }))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

test.each(pages)(
  "every example of a stack file in %s is one that Pulumi reads, with keys that there are",
  async (page) => {
    for (const example of await examplesIn(page)) {
      const keys = Object.entries(example as object).map(
        ([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
      );
      const parsed = parseConfig(Object.fromEntries(keys), products, targets);
      const faults = "faults" in parsed ? parsed.faults : [];
      expect(faults.filter(({ found }) => !LEFT_OUT.test(found))).toEqual([]);
    }
  },
);
