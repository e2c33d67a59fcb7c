// Plain JavaScript: it runs before anything can read TypeScript.
import { createRequire, Module } from "node:module";
import { join } from "node:path";

/**
 * What the SDK loads at its start and uses for nothing that this program does, 11 of 14 MB of JavaScript: functions as resources (the
 * TypeScript compiler, npm's package tree), Pulumi as a library, and a reader of source maps, by which it would map every frame of
 * the stack that it makes per promise.
 */
const SELDOM_USED = [
  "./typescript-shim.js",
  "./automation/index.js",
  "@npmcli/arborist",
  "normalize-package-data",
  "source-map-support/register",
];

/** Lets modules that are seldom used load when something of them is used first. Call it before the SDK is loaded. */
export function postponeSeldomUsed(root) {
  const require = createRequire(join(root, "node_modules", "@pulumi", "pulumi", "index.js"));
  for (const name of SELDOM_USED) {
    try {
      postpone(require, require.resolve(name));
    } catch {
      // Another version of the SDK, which does without it: it loads as it likes.
    }
  }
}

function postpone(require, path) {
  const standIn = new Module(path);
  const real = () => {
    if (require.cache[path] === standIn) Reflect.deleteProperty(require.cache, path);
    return require(path);
  };
  const get = (key) => (key === "default" && !("default" in real()) ? real() : real()[key]);
  standIn.filename = path;
  standIn.loaded = true;
  standIn.exports = new Proxy(
    {},
    {
      // Said without a look, because whoever imports it asks for this at once.
      get: (_target, key) => key === "__esModule" || get(key),
      has: (_target, key) => key in real(),
      ownKeys: () => Reflect.ownKeys(real()),
      getOwnPropertyDescriptor: (_target, key) =>
        key in real() ? { value: get(key), enumerable: true, configurable: true } : undefined,
    },
  );
  require.cache[path] = standIn;
}
