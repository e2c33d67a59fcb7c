import { rm } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder, keyOf } from "../cache";
import { installPackages } from "../packages";
import { run } from "../run";
import type { Settings } from "../settings";

/** Debian's Python, of which the API's image is made. */
export const python = "/usr/bin/python3";
const debianPackages = ["python3", "python3-pip"];

/** What its migrations need, the versions that the product has at v0.11.0, and its client of Redis for the program that holds sessions. */
export const pythonPackages: readonly string[] = [
  "alembic==1.18.4",
  "async-timeout==5.0.1",
  "asyncpg==0.31.0",
  "greenlet==3.3.1",
  "Mako==1.3.12",
  "MarkupSafe==3.0.4",
  "redis==5.2.1",
  "SQLAlchemy==2.0.46",
  "typing_extensions==4.16.0",
];

/** Gives a folder with the packages, fetched the first time somebody asks for it. */
export async function pythonSite(settings: Settings): Promise<string> {
  await installPackages(() => undefined, new AbortController().signal, debianPackages);
  const version = (await run(python, ["--version"])).stdout;
  const key = keyOf([version, ...pythonPackages]);
  const folder = await cachedFolder(settings.cache, "bamf-python", key, async (aside) => {
    const target = join(aside, "site");
    const flags = ["--quiet", "--no-deps", "--only-binary=:all:"];
    await run(python, ["-m", "pip", "install", ...flags, "--target", target, ...pythonPackages]);
    await rm(join(target, "bin"), { recursive: true, force: true });
  });
  return join(folder, "site");
}

/** Where the migrations and the package that they import lie in this checkout. */
export const alembicFolder = join(import.meta.dirname, "alembic");
export const pythonFolder = join(import.meta.dirname, "python");

/** Runs Alembic from the checkout on a database, as the product's Job does from its image. */
export async function alembic(
  settings: Settings,
  databaseUrl: string,
  args: readonly string[],
): Promise<string> {
  const site = await pythonSite(settings);
  const { stdout } = await run(python, ["-m", "alembic", ...args], {
    cwd: alembicFolder,
    env: {
      DATABASE_URL: databaseUrl,
      PYTHONPATH: [pythonFolder, site].join(":"),
      PYTHONDONTWRITEBYTECODE: "1",
    },
  });
  return stdout;
}
