import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  AppsV1Api,
  BatchV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
} from "@kubernetes/client-node";
import { exists, keyOf, sourceKey } from "./cache";
import { dumpDatabase, loadDatabase } from "./database";
import { ensureGatewayDatabase, openGateways, type Gateways, type Stack } from "./gateways";
import type { Lab } from "./lab";
import { objectsOfState, type DeclaredObject } from "./state-objects";
import { until } from "./until";

/** Gateways that a test needs installed, whatever installed them. */
export interface SnapshotOptions {
  /** Part of the namespaces and databases; a snapshot comes back under the name under which it was taken. */
  readonly name: string;
  readonly directory: string;
  readonly stacks: readonly Stack[];
  /** Whatever else decides about the install: its release, its settings. */
  readonly key: string;
}

const objectsFile = (stack: Stack): string => `objects-${stack}.json`;
const databaseFile = (stack: Stack): string => `database-${stack}.sql`;

/** Where a snapshot lies. It is none for another program, chart, product or day: a license is made anew every day. */
export async function snapshotFolder(lab: Lab, options: SnapshotOptions): Promise<string> {
  const checkout = join(import.meta.dirname, "..", "..");
  const files = ["index.ts", "package-lock.json", "Pulumi.yaml", "Pulumi.staging.yaml"];
  const texts = await Promise.all(
    [...files, "Pulumi.prod.yaml"].map((name) => readFile(join(checkout, name), "utf8")),
  );
  const folders = ["charts", "products", "plugins"].map((name) => join(import.meta.dirname, name));
  const sources = await sourceKey([join(checkout, "components"), ...folders], texts);
  const day = new Date().toISOString().slice(0, 10);
  // The folder of the project leads into its checkout.
  const key = keyOf([checkout, sources, day, lab.plugins, JSON.stringify(options)]);
  return join(lab.home, "snapshots", `${options.name}-${key}`);
}

/** Keeps what is installed: folder of the project with its state, objects as declared, databases. Everything else stays as it is. */
export async function takeSnapshot(lab: Lab, options: SnapshotOptions): Promise<void> {
  const { project, database } = openGateways(lab, options);
  const folder = await snapshotFolder(lab, options);
  const aside = `${folder}.partial`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true, mode: 0o700 });
  for (const stack of options.stacks) {
    const args = ["stack", "export", "--show-secrets", "--stack", stack];
    const { stdout } = await project.pulumi(args);
    await writeFile(join(aside, objectsFile(stack)), JSON.stringify(objectsOfState(stdout)));
    await writeFile(join(aside, databaseFile(stack)), await dumpDatabase(lab, database(stack)));
  }
  await cp(options.directory, join(aside, "project"), {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
  await rename(aside, folder);
  await forgetOld(dirname(folder));
}

/**
 * Brings back what {@link takeSnapshot} has kept, into a place that is empty: same names, same state, same data; new pods.
 *
 * @returns the gateways and the time of the snapshot, or undefined where there is none
 */
export async function restoreSnapshot(
  lab: Lab,
  options: SnapshotOptions,
): Promise<{ readonly gateways: Gateways; readonly takenAt: Date } | undefined> {
  const folder = await snapshotFolder(lab, options);
  if (!(await exists(folder))) return undefined;
  const gateways = openGateways(lab, options);
  await cp(join(folder, "project"), options.directory, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
  await Promise.all(
    options.stacks.map(async (stack) => {
      const database = gateways.database(stack);
      await ensureGatewayDatabase(lab, database);
      const sql = await readFile(join(folder, databaseFile(stack)), "utf8");
      await loadDatabase(lab, { database, role: database }, sql);
      const objects = await readFile(join(folder, objectsFile(stack)), "utf8");
      await applyObjects(lab, JSON.parse(objects) as readonly DeclaredObject[]);
      await comesUp(lab, gateways.namespace(stack));
    }),
  );
  return { gateways, takenAt: (await stat(folder)).mtime };
}

async function forgetOld(folder: string): Promise<void> {
  const dayAgo = Date.now() - 24 * 3600 * 1000;
  for (const entry of await readdir(folder)) {
    const path = join(folder, entry);
    // What another run is just putting in its place is no old one.
    const old = await stat(path).then(
      ({ mtimeMs }) => mtimeMs < dayAgo,
      () => false,
    );
    if (old) await rm(path, { recursive: true, force: true });
  }
}

function configOf(lab: Lab): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(lab.kubeconfig);
  config.setCurrentContext(lab.context);
  return config;
}

/** Applies each object as its stack would, its namespace first. A migration that the program has started runs once more and finds nothing to do. */
async function applyObjects(lab: Lab, declared: readonly DeclaredObject[]): Promise<void> {
  const config = configOf(lab);
  const objects = KubernetesObjectApi.makeApiClient(config);
  const apply = async ({ object, manager }: DeclaredObject) => {
    const isJob = object.kind === "Job";
    const wanted = isJob ? { ...object, spec: { ...object.spec, suspend: false } } : object;
    await objects.patch(wanted, undefined, undefined, manager, true, PatchStrategy.ServerSideApply);
  };
  const isNamespace = ({ object }: DeclaredObject) => object.kind === "Namespace";
  await Promise.all(declared.filter(isNamespace).map(apply));
  await Promise.all(declared.filter((one) => !isNamespace(one)).map(apply));
}

/** Waits until every Deployment and StatefulSet of the namespace has its pods and every Job has ended well. */
async function comesUp(lab: Lab, namespace: string): Promise<void> {
  const config = configOf(lab);
  const apps = config.makeApiClient(AppsV1Api);
  const batch = config.makeApiClient(BatchV1Api);
  const isUp = async () => {
    const [deployments, sets, jobs] = await Promise.all([
      apps.listNamespacedDeployment({ namespace }),
      apps.listNamespacedStatefulSet({ namespace }),
      batch.listNamespacedJob({ namespace }),
    ]);
    return (
      [...deployments.items, ...sets.items].every(
        ({ spec, status, metadata }) =>
          status?.observedGeneration === metadata?.generation &&
          status?.availableReplicas === spec?.replicas,
      ) && jobs.items.every(({ status }) => (status?.succeeded ?? 0) > 0)
    );
  };
  await until(`the gateway of ${namespace} is up again`, isUp, { seconds: 300, everyMs: 100 });
}
