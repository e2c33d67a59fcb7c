import { rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { succeeded } from "../lab/demo/expect";
import type { Gateways } from "../lab/gateways";
import { makeProject, type Project } from "../lab/project";
import { copySecret } from "./copy-secret";
import type { Bench } from "./measure";
import { renderPlainly, SECRET, valuesOf, type Rendered } from "./render-chart";
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

/**
 * Installs the same objects with a program that does nothing else, in a namespace of its own, hands it out, and leaves nothing of it.
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
    // The chart has neither namespace nor Secret, and this program makes both.
    const around = await copySecret(lab, gateways.namespace("staging"), NAMESPACE);
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

/**
 * In its namespace, without pods, which a preview does not need, and without the provider's own wait: this program waits in steps, which a preview
 * does not run.
 */
const placed = (object: Rendered): object => ({
  ...object,
  ...(object.kind === "Deployment" ? { spec: { ...object.spec, replicas: 0 } } : {}),
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
