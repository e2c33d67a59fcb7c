import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Lab } from "../lab/lab";
import type { Project } from "../lab/project";

interface Resource {
  readonly urn: string;
  outputs?: Readonly<Record<string, unknown>>;
}

interface Exported {
  readonly deployment: { readonly resources?: readonly Resource[] };
}

const exportState = async ({ pulumi }: Project, stack: string): Promise<Exported> =>
  JSON.parse((await pulumi(["stack", "export", "--stack", stack])).stdout) as Exported;

/** URNs of everything in the state of a stack. */
export const urnsOf = async (project: Project, stack: string): Promise<readonly string[]> =>
  ((await exportState(project, stack)).deployment.resources ?? []).map(({ urn }) => urn);

/** Puts another identity of the gateway into the state; undefined takes it away, as a program of before has left none. */
export async function rememberIdentity(
  project: Project,
  stack: string,
  changed: object | undefined,
): Promise<void> {
  const exported = await exportState(project, stack);
  const root = exported.deployment.resources?.find(({ urn }) =>
    urn.includes("pulumi:pulumi:Stack"),
  );
  if (root === undefined) throw new Error(`stack ${stack} is empty`);
  const { smoltbotIdentity, ...outputs } = root.outputs ?? {};
  const identity = { ...(smoltbotIdentity as object), ...changed };
  root.outputs = changed === undefined ? outputs : { ...outputs, smoltbotIdentity: identity };
  const file = join(project.directory, "state.json");
  await writeFile(file, JSON.stringify(exported), { mode: 0o600 });
  const run = await project.pulumi(["stack", "import", "--file", file, "--stack", stack]);
  if (run.exitCode !== 0) throw new Error(run.all);
}

/** Leaves a kubeconfig for the lab's cluster that calls everything by another name, the server by another address, and gives its path. */
export async function renamedKubeconfig(
  lab: Lab,
  project: Project,
  context: string,
): Promise<string> {
  const path = join(project.directory, `${context}.kubeconfig`);
  const text = await readFile(lab.kubeconfig, "utf8");
  const renamed = text
    .replaceAll(lab.context, context)
    .replaceAll("https://127.0.0.1:", "https://localhost:");
  await writeFile(path, renamed, { mode: 0o600 });
  return path;
}
