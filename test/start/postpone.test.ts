import { execa } from "execa";
import { expect, test } from "vitest";

/** Runs words in a process of its own, because the SDK is loaded once per process, and gives what they print. */
async function after(words: string): Promise<unknown> {
  const program = `
    import { createRequire } from "node:module";
    import { postponeSeldomUsed } from "./components/start/postpone.mjs";
    postponeSeldomUsed(process.cwd());
    const require = createRequire(process.cwd() + "/index.ts");
    const pulumi = require("@pulumi/pulumi");
    const loaded = () =>
      ["typescript/lib", "arborist/lib/node.js", "automation/stack.js"].filter((part) =>
        Object.entries(require.cache).some(([path, { exports }]) => path.includes(part) && exports),
      );
    ${words}`;
  const { stdout } = await execa("node", ["--input-type=module", "--eval", program]);
  return JSON.parse(stdout) as unknown;
}

test("the SDK loads without what is seldom used", async () => {
  expect(await after("console.log(JSON.stringify(loaded()))")).toEqual([]);
});

test("what is seldom used is there when it is wanted", async () => {
  const words = `
    const { text } = await pulumi.runtime.serializeFunction(() => 42);
    const code = [...(await pulumi.runtime.computeCodePaths()).keys()];
    const { Stack } = pulumi.automation;
    console.log(JSON.stringify([text.includes("42"), code.length > 0, typeof Stack.create, loaded()]));`;
  expect(await after(words)).toEqual([
    true,
    true,
    "function",
    ["typescript/lib", "arborist/lib/node.js", "automation/stack.js"],
  ]);
});

test("all exports of such a module are seen", async () => {
  const words = `console.log(JSON.stringify([Object.keys(pulumi.automation).includes("LocalWorkspace"), "Stack" in pulumi.automation]))`;
  expect(await after(words)).toEqual([true, true]);
});
