// Brings node_modules up to package-lock.json. Plain Node, because nothing is installed before it ran. With --lab the sources of the lab's tools are
// downloaded meanwhile.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const lock = join(checkout, "package-lock.json");
// npm writes this file last: it is missing when an installation was cut short.
const installed = join(checkout, "node_modules", ".package-lock.json");

/** Name and version of every package of a lock file, the optional ones aside. */
const packagesOf = (path) =>
  Object.entries(JSON.parse(readFileSync(path, "utf8")).packages)
    .filter(([name, entry]) => name !== "" && entry.optional !== true)
    .map(([name, entry]) => `${name}@${entry.version}`)
    .sort();

const isCurrent = () => {
  if (!existsSync(installed)) return false;
  if (statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return true;
  // A fresh checkout touches the lock file's time without a change.
  if (packagesOf(installed).join() !== packagesOf(lock).join()) return false;
  const now = new Date();
  utimesSync(installed, now, now);
  return true;
};

/** Goes on after this program has ended. Whatever fails here is said when the tools are compiled. */
function downloadSources() {
  const cwd = join(checkout, "test", "lab", "tools", "main");
  const download = spawn("go", ["mod", "download"], { cwd, stdio: "ignore", detached: true });
  download.on("error", () => undefined);
  download.unref();
}

if (!isCurrent()) {
  process.stderr.write("installs the npm packages of package-lock.json (about 20 s)\n");
  rmSync(installed, { force: true });
  if (process.argv.includes("--lab")) downloadSources();
  // Install scripts would fetch provider plugins, which a closed machine cannot.
  const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawnSync("npm", words, {
    cwd: checkout,
    stdio: ["ignore", 2, 2],
  });
  process.exit(npm.status ?? 1);
}
