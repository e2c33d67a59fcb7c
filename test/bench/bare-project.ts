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

/** A program that registers objects of the chart and does nothing else. */
export interface BareProgram {
  readonly project: Project;
  /** Renders the chart for a release, once per namespace; the next preview shows what changes. */
  readonly register: (version: string, namespaces: readonly string[]) => Promise<void>;
  /** The next preview shows these objects, as {@link placedIn} leaves them. */
  readonly put: (objects: readonly object[]) => Promise<void>;
}

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

/** Namespace and Secret of one gateway: the chart has neither, and this program makes both. */
type Around = (namespace: string) => Promise<readonly object[]>;

/** Hands out the bare program with nothing installed, and leaves nothing of it. A preview does not look into the Secret: it holds nothing of worth. */
export const withBareProgram = <T>(
  bench: Bench,
  work: (bare: BareProgram) => Promise<T>,
): Promise<T> =>
  withProgram(
    bench,
    (namespace) =>
      Promise.resolve([
        { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
        { apiVersion: "v1", kind: "Secret", metadata: { name: SECRET, namespace }, data: {} },
      ]),
    work,
  );

/** Installs the same objects with a program that does nothing else, in a namespace of its own, hands it out, and leaves nothing of it. */
export const withBareProject = <T>(
  bench: Bench,
  gateways: Gateways,
  work: (bare: BareProject) => Promise<T>,
): Promise<T> =>
  withProgram(
    bench,
    (namespace) => copySecret(bench.lab, gateways.namespace("staging"), namespace),
    async ({ project, register }) => {
      const setVersion = (version: string) => register(version, [NAMESPACE]);
      await setVersion(INSTALLED);
      bench.say(`installs ${INSTALLED} with the bare program`);
      succeeded(await project.up(BARE));
      return work({ project, setVersion });
    },
  );

async function withProgram<T>(
  bench: Bench,
  around: Around,
  work: (bare: BareProgram) => Promise<T>,
): Promise<T> {
  const { lab } = bench;
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
    const put: BareProgram["put"] = (objects) =>
      writeFile(join(directory, "objects.json"), JSON.stringify(objects), { mode: 0o600 });
    const register: BareProgram["register"] = async (version, namespaces) => {
      const objects = await Promise.all(
        namespaces.map(async (namespace) => [
          ...(await around(namespace)),
          ...(await renderPlainly(lab, RELEASE, namespace, valuesOf(version, SECRET))).map(
            placedIn(namespace),
          ),
        ]),
      );
      await put(objects.flat());
    };
    return await work({ project, register, put });
  } finally {
    await clear(bench, directory);
  }
}

/**
 * In its namespace, without pods, which a preview does not need, and without the provider's own wait: this program waits in steps, which a preview
 * does not run.
 */
export const placedIn =
  (namespace: string) =>
  (object: Rendered): object => ({
    ...object,
    ...(["Deployment", "StatefulSet"].includes(object.kind)
      ? { spec: { ...object.spec, replicas: 0 } }
      : {}),
    metadata: {
      ...object.metadata,
      namespace,
      annotations: { ...object.metadata.annotations, "pulumi.com/skipAwait": "true" },
    },
  });

async function clear({ lab }: Bench, directory: string): Promise<void> {
  const words = ["delete", "namespace", NAMESPACE, "--ignore-not-found", "--timeout=120s"];
  await execa("kubectl", words, { env: lab.env });
  await rm(directory, { recursive: true, force: true });
}
