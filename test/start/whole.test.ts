import { execa } from "execa";
import { expect, test } from "vitest";

/** How a program ends that declares a resource whose answer comes, or does not, in a process of its own: the SDK is loaded once per process. */
async function ended(answer: string): Promise<{ code: number | undefined; said: string }> {
  const program = `
    import { createRequire } from "node:module";
    import { failUnlessWhole } from "./components/start/whole.mjs";
    const require = createRequire(process.cwd() + "/index.ts");
    const pulumi = require("@pulumi/pulumi");
    const monitor = { newResource: ({ name, inputs }) => (${answer})(name, inputs), call: () => ({}) };
    await pulumi.runtime.setMocks(monitor);
    const run = failUnlessWhole(process.cwd(), async () => {
      const first = new pulumi.CustomResource("lab:index:Thing", "first", {});
      const second = new pulumi.CustomResource("lab:index:Thing", "second", {}, { dependsOn: first });
      return { id: second.id };
    });
    await run();`;
  const options = { reject: false } as const;
  const { exitCode, stderr } = await execa(
    "node",
    ["--input-type=module", "--eval", program],
    options,
  );
  return { code: exitCode, said: stderr };
}

test("a program whose declarations are all answered ends well", async () => {
  expect(await ended("(name) => ({ id: name, state: {} })")).toEqual({ code: 0, said: "" });
});

test("a program that waits for an answer which never comes fails, so that nothing counts as left out", async () => {
  const { code, said } = await ended("() => new Promise(() => undefined)");
  expect(code).toBe(1);
  expect(said).toContain("ended before it had declared everything: it waited for nothing any more");
});

test("a program whose engine hangs up fails, although the SDK says nothing", async () => {
  const { code, said } = await ended(
    "() => { throw Object.assign(new Error('shut down'), { code: 14 }); }",
  );
  expect(code).toBe(1);
  expect(said).toContain("ended before it had declared everything");
});

test("a program that throws keeps its own error", async () => {
  const { code, said } = await ended("() => { throw new Error('no such type'); }");
  expect(code).not.toBe(0);
  expect(said).not.toContain("ended before it had declared everything");
});
