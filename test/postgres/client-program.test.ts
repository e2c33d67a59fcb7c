import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { clientProgram } from "../../components/postgres/client-program";

let folder: string;
const at = (...parts: readonly string[]) => join(folder, ...parts);
const write = async (...parts: readonly string[]) => {
  await mkdir(dirname(at(...parts)), { recursive: true });
  await writeFile(at(...parts), "");
};
const found = () => clientProgram("psql", `${at("none")}:${at("bin")}`, at("versions"));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "client-program-"));
  await mkdir(at("bin"));
});
afterEach(() => rm(folder, { recursive: true }));

test("on Debian the program of the newest version is started, not the script before it", async () => {
  await write("common", "pg_wrapper");
  await symlink(at("common", "pg_wrapper"), at("bin", "psql"));
  expect(found()).toBe("psql");
  await write("versions", "9.6", "bin", "psql");
  await write("versions", "15", "bin", "psql");
  await write("versions", "17", "bin", "pg_dump");
  expect(found()).toBe(at("versions", "15", "bin", "psql"));
});

test("elsewhere, and where there is none, its name is started", async () => {
  expect(found()).toBe("psql");
  await write("bin", "psql");
  await write("versions", "15", "bin", "psql");
  expect(found()).toBe("psql");
});
