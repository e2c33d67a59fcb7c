import type { PropertyMap } from "../protocol/values";
import { KubeApi } from "./api";
import { ambientKubeConfig, loadKubeConfig, resolveAccess } from "./kube-config";
import { readOptions, refuseOptions, settingOf, type Options } from "./options";

/** A configured provider: its switches and the cluster that it works on, if that answers. */
export interface Session {
  readonly options: Options;
  /** Namespace of objects that name none. */
  readonly defaultNamespace: string;
  /** The cluster, or in words why it cannot be reached. */
  readonly cluster: KubeApi | { readonly unreachable: string };
}

/**
 * Configures the provider. A cluster that cannot be reached is no error here: only what needs it fails.
 * @throws Error when the configuration asks for what this plugin does not do.
 */
export async function openSession(config: PropertyMap): Promise<Session> {
  refuseOptions(config);
  const namespace = settingOf(config, "namespace");
  return {
    options: readOptions(config),
    ...(await openCluster(config, namespace).catch((error: unknown) => ({
      cluster: { unreachable: error instanceof Error ? error.message : String(error) },
      defaultNamespace: namespace || "default",
    }))),
  };
}

async function openCluster(
  config: PropertyMap,
  namespace: string,
): Promise<Pick<Session, "cluster" | "defaultNamespace">> {
  const api = new KubeApi(
    resolveAccess(readKubeConfig(settingOf(config, "kubeconfig")), {
      context: settingOf(config, "context") || undefined,
      cluster: settingOf(config, "cluster") || undefined,
      namespace: namespace || undefined,
    }),
  );
  const defaultNamespace = api.access.namespace;
  try {
    await api.call({ method: "GET", path: "/version" });
    return { cluster: api, defaultNamespace };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const unreachable = `unable to load schema information from the API server: ${reason}`;
    return { cluster: { unreachable }, defaultNamespace };
  }
}

function readKubeConfig(pathOrContents: string): ReturnType<typeof loadKubeConfig> {
  if (pathOrContents === "") return ambientKubeConfig();
  try {
    return loadKubeConfig(pathOrContents);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${reason}`,
    );
  }
}

/**
 * The cluster to work on.
 * @throws Error in the official words when it cannot be reached.
 */
export function reachable(session: Session): KubeApi {
  if (session.cluster instanceof KubeApi) return session.cluster;
  throw new Error(`configured Kubernetes cluster is unreachable: ${session.cluster.unreachable}`);
}

/** The cluster, or undefined when it cannot be reached. */
export function clusterOf(session: Session): KubeApi | undefined {
  return session.cluster instanceof KubeApi ? session.cluster : undefined;
}
