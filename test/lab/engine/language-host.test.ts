import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { writeLanguageHost } from "./language-host";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "language-host-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function programsThatPrintTheirArguments(): Promise<string> {
  const real = join(folder, "real");
  await mkdir(real);
  for (const name of ["pulumi", "pulumi-language-nodejs"]) {
    await writeFile(join(real, name), '#!/bin/sh\nprintf "%s\\n" "$@"\n');
    await chmod(join(real, name), 0o755);
  }
  return real;
}

const argumentsOf = async (projectFile: string) => {
  const path = `${folder}/bin:/no/such/folder:${await programsThatPrintTheirArguments()}`;
  await writeLanguageHost(join(folder, "bin"), path, projectFile);
  const host = join(folder, "bin", "pulumi-language-nodejs");
  return execFileSync(host, ["127.0.0.1:1"], { encoding: "utf8" }).trimEnd().split("\n");
};

test("the options of a Pulumi.yaml arrive as flags, before what the CLI says", async () => {
  const project =
    'runtime: { name: nodejs, options: { typescript: false, nodeargs: "--import tsx" } }';
  expect(await argumentsOf(project)).toEqual([
    "-typescript=false",
    "-nodeargs=--import tsx",
    "127.0.0.1:1",
  ]);
});

test("a Pulumi.yaml without options leaves TypeScript on, as the CLI does", async () => {
  expect(await argumentsOf("runtime: nodejs")).toEqual(["-typescript=true", "127.0.0.1:1"]);
});

test("the engine lies beside its language host, also the second time", async () => {
  await argumentsOf("runtime: nodejs");
  const path = join(folder, "real");
  await writeLanguageHost(join(folder, "bin"), path, "runtime: nodejs");
  const engine = join(folder, "bin", "pulumi");
  expect(execFileSync(engine, ["version"], { encoding: "utf8" })).toBe("version\n");
});

test("a PATH without a language host is refused", async () => {
  await expect(writeLanguageHost(folder, "/no/such/folder", "runtime: nodejs")).rejects.toThrow(
    "pulumi-language-nodejs is not on the lab's PATH",
  );
});
