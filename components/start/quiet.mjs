// Plain JavaScript: it runs before anything can read TypeScript.
import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * Lets the SDK leave out what it does for every resource and nobody sees: a stack for each of some thirty promises, another one as its place in the
 * source, which is a line of the bundle, and three to six messages to the engine that are shown with `--debug` alone, each sent when the one before has arrived.
 * They take a third of the time of a program with many resources.
 *
 * @param env - with `PULUMI_OPTION_DEBUG=true`, which is `--debug`, or `PULUMI_DEBUG_PROMISE_LEAKS` all of it stays: the host tells its program of no flag
 */
export function quieten(root, env = process.env) {
  if (env.PULUMI_OPTION_DEBUG === "true" || env.PULUMI_DEBUG_PROMISE_LEAKS) return;
  const require = createRequire(join(root, "node_modules", "@pulumi", "pulumi", "index.js"));
  Error.stackTraceLimit = 0;
  require("./resource").Resource.stackTrace = () => [];
  require("./log").debug = () => Promise.resolve();
}
