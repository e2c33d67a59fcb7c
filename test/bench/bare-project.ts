import { rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { succeeded } from "../lab/demo/expect";
import type { Gateways } from "../lab/gateways";
import { makeProject, type Project } from "../lab/project";
import type { Bench } from "./measure";
import { renderPlainly, valuesOf, type Rendered } from "./render-chart";
import { INSTALLED } from "./with-gateway";

/** The bare program with its objects in the cluster. */
export interface BareProject {
  readonly project: Project;
  /** Renders the chart for another release; the next preview shows what changes. */
  readonly setVersion: (version: string) => Promise<void>;
}

/** The stack of the bare program. */
export const BARE = "bare";

const NAMESPACE = "bench-bare";
const RELEASE = "smoltbot";
const SECRET = "smoltbot-mnemom-gateway";

/**
 * Installs the same objects with a program that does nothing else, in a namespace of its own, hands it out, and leaves nothing of it. Its pods
 * live on the database and the secrets of `gateways`.
 */
export async function withBareProject<T>(
  bench: Bench,
  gateways: Gateways,
  work: (bare: BareProject) => Promise<T>,
): Promise<T> {
  const { lab, say } = bench;
  const directory = join(bench.directory, "bare");
  await clear(bench, directory);
  try {
    const project = await makeProject(lab, {
      directory,
      stacks: { [BARE]: { config: { "bare:context": lab.context }, secrets: {} } },
      stateUrl: `file://${join(directory, ".state")}`,
      checkout: join(import.meta.dirname, "bare"),
    });
    const checkout = dirname(dirname(import.meta.dirname));
    await symlink(join(checkout, "node_modules"), join(directory, "node_modules"));
    const around = await home(bench, gateways);
    const setVersion = async (version: string): Promise<void> => {
      const objects = await renderPlainly(lab, RELEASE, NAMESPACE, valuesOf(version, SECRET));
      const text = JSON.stringify([...around, ...objects.map(placed)]);
      await writeFile(join(directory, "objects.json"), text, { mode: 0o600 });
    };
    await setVersion(INSTALLED);
    say(`installs ${INSTALLED} with the bare program`);
    succeeded(await project.up(BARE));
    return await work({ project, setVersion });
  } finally {
    await clear(bench, directory);
  }
}

/** Namespace and Secret: the chart has neither, and this program makes both. */
async function home({ lab }: Bench, gateways: Gateways): Promise<readonly object[]> {
  const words = ["get", "secret", SECRET, "--namespace", gateways.namespace("staging")];
  const { stdout } = await execa("kubectl", [...words, "--output", "json"], { env: lab.env });
  const { data } = JSON.parse(stdout) as { readonly data: Readonly<Record<string, string>> };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } },
    { apiVersion: "v1", kind: "Secret", metadata: { name: SECRET, namespace: NAMESPACE }, data },
  ];
}

/** In its namespace, and without the provider's own wait: this program waits in steps of its own, which a preview does not run. */
const placed = (object: Rendered): object => ({
  ...object,
  metadata: {
    ...object.metadata,
    namespace: NAMESPACE,
    annotations: { ...object.metadata.annotations, "pulumi.com/skipAwait": "true" },
  },
});

async function clear({ lab }: Bench, directory: string): Promise<void> {
  const words = ["delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s"];
  await execa("kubectl", words, { env: lab.env });
  await rm(directory, { recursive: true, force: true });
}
