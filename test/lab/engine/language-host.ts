import {
  access,
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  realpath,
  rm,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";

import { parse } from "yaml";

const NAME = "pulumi-language-nodejs";
const HOOKS = join(import.meta.dirname, "resource-hooks.mjs");

interface RuntimeOptions {
  readonly typescript?: boolean;
  readonly nodeargs?: string;
}

/**
 * Leaves in `folder` an engine with a language host beside it that honours the runtime options of a Pulumi.yaml.
 *
 * The lab's language host (3.68.0, the newest that the Go proxy has) takes `typescript` and
 * `nodeargs` as flags, while the CLI of today sends them with each request, which that host does
 * not read: without this the program would start under ts-node instead of tsx. Nor does it know
 * resource hooks, which are passed on past it.
 * Source: pulumi/pulumi@v3.68.0:sdk/nodejs/cmd/pulumi-language-nodejs/main.go.
 *
 * @throws Error when no language host lies on `path`.
 */
export async function writeLanguageHost(
  folder: string,
  path: string,
  projectFile: string,
): Promise<void> {
  const folders = path.split(":").filter((one) => one !== folder);
  const real = await findOnPath(NAME, folders);
  const { runtime } = parse(projectFile) as { runtime?: { options?: RuntimeOptions } };
  const { typescript = true, nodeargs } = runtime?.options ?? {};
  const flags = [
    `-typescript=${String(typescript)}`,
    ...(nodeargs === undefined ? [] : [`"-nodeargs=${nodeargs}"`]),
  ];
  await mkdir(folder, { recursive: true });
  await putBeside(await findOnPath("pulumi", folders), join(folder, "pulumi"));
  const program = join(folder, NAME);
  await writeFile(
    program,
    `#!/bin/sh\nexport NODE_OPTIONS="--import ${HOOKS} $NODE_OPTIONS"\nexec "${real}" ${flags.join(" ")} "$@"\n`,
  );
  await chmod(program, 0o755);
}

// The engine warns at every run about a language host that does not lie in its own folder.
async function putBeside(engine: string, path: string): Promise<void> {
  const from = await realpath(engine);
  await rm(path, { force: true });
  await link(from, path).catch(() => copyFile(from, path));
}

async function findOnPath(name: string, folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const program = join(folder, name);
    const found = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return program;
  }
  throw new Error(`${name} is not on the lab's PATH`);
}
