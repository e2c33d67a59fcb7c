// Plain JavaScript: it runs before anything can read TypeScript.
import { createRequire } from "node:module";
import { join } from "node:path";

const ended = (reason) =>
  `the program ended before it had declared everything: ${reason}. Nothing that is missing was deleted. Fix: run the same command again.`;

/**
 * Lets a program that ends too early fail.
 *
 * Node ends a process that waits for nothing from outside, whatever it still had to declare, and Pulumi's host then tells the engine that all went well: the
 * engine deletes what was not declared. A call to the engine that is lost on its way is enough, since the SDK drops its answer without a word.
 *
 * @param program - declares everything; what it returns becomes the outputs of the stack
 * @returns the same program; once its process has nothing left to do, it ends with code 1 unless every declaration was answered
 */
export function failUnlessWhole(root, program) {
  const require = createRequire(join(root, "node_modules", "@pulumi", "pulumi", "index.js"));
  let settled = false;
  const settle = () => {
    settled = true;
  };
  // What is told as an error ends the process with a code already.
  process.on("uncaughtException", settle);
  process.on("unhandledRejection", settle);
  process.on("beforeExit", () => {
    if (settled) return;
    settle();
    process.exitCode = 1;
    const { terminated } = require("./runtime/state").getStore();
    const reason = terminated ? "the engine hung up" : "it waited for nothing any more";
    process.stderr.write(`error: ${ended(reason)}\n`);
  });
  return async () => {
    const outputs = await program();
    void require("./runtime/settings").waitForRPCs().then(settle);
    return outputs;
  };
}
