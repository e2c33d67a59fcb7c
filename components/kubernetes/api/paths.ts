import type { ClusterClient } from "./client";

/** Enough of an object to find it. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** @defaultValue the namespace of the release */
  readonly namespace?: string | undefined;
}

interface KindList {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
  }[];
}

/** `apps/v1/Deployment/smoltbot/smoltbot-mnemom-gateway-gateway` */
export const objectKey = (object: ObjectName, namespace: string): string =>
  [object.apiVersion, object.kind, object.namespace ?? namespace, object.name].join("/");

/**
 * Where each object lives on the API server; one call per API version. An object of a kind that the cluster does not know (a custom
 * resource without its definition) is left out: it cannot exist.
 */
export async function findPaths(
  client: ClusterClient,
  objects: readonly ObjectName[],
  namespace: string,
): Promise<readonly { readonly object: ObjectName; readonly path: string }[]> {
  const versions = [...new Set(objects.map((object) => object.apiVersion))];
  const known = new Map(
    await Promise.all(
      versions.map(async (version) => {
        const list = await client.find<KindList>(rootOf(version));
        return [version, list?.resources ?? []] as const;
      }),
    ),
  );
  return objects.flatMap((object) => {
    const kind = known
      .get(object.apiVersion)
      ?.find((entry) => entry.kind === object.kind && !entry.name.includes("/"));
    if (kind === undefined) return [];
    const home = kind.namespaced ? `/namespaces/${object.namespace ?? namespace}` : "";
    return [{ object, path: `${rootOf(object.apiVersion)}${home}/${kind.name}/${object.name}` }];
  });
}

const rootOf = (version: string): string =>
  version.includes("/") ? `/apis/${version}` : `/api/${version}`;
