import type { V1ManagedFieldsEntry, V1ObjectMeta } from "@kubernetes/client-node";
import type { Json } from "./json";

type Entry = Json<V1ManagedFieldsEntry>;

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op: "replace" | "remove";
  readonly path: string;
  readonly value?: unknown;
}

/** By these Helm knows its objects, and refuses to install over others. Source: `helm/helm@v3.17.3:pkg/action/validate.go` */
const HELM_ANNOTATIONS = ["meta.helm.sh/release-name", "meta.helm.sh/release-namespace"];

/**
 * What of a live object's metadata has to change so that fields of Helm's belong to the last `pulumi up`: a field that Helm still owned
 * would stay when a later chart drops it. Fields that an `up` left behind when it was killed are taken over as well. Empty if there is
 * nothing left to do; nothing but metadata is ever changed, so that no pod restarts.
 *
 * Source: kubernetes, server-side apply, "Transferring ownership"; the provider itself does the same for kubectl's fields
 * (`pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/await.go`, fixCSAFieldManagers).
 */
export function ownershipPatch(metadata: Json<V1ObjectMeta>): readonly PatchOperation[] {
  const entries = metadata.managedFields ?? [];
  const own = entries.filter(isApplied).sort(byTime).at(-1);
  if (own === undefined) return [];
  const taken = entries.filter((entry) => entry !== own && (isApplied(entry) || isHelms(entry)));
  const claims = HELM_ANNOTATIONS.filter((name) => metadata.annotations?.[name] !== undefined);
  if (taken.length === 0 && claims.length === 0) return [];
  const fieldsV1 = [own, ...taken].map((entry) => asFields(entry.fieldsV1)).reduce(union, {});
  const kept = entries.filter((entry) => entry !== own && !taken.includes(entry));
  return [
    { op: "replace", path: "/metadata/managedFields", value: [...kept, { ...own, fieldsV1 }] },
    // As it was read: an object that has changed since is read again.
    { op: "replace", path: "/metadata/resourceVersion", value: metadata.resourceVersion },
    ...claims.map((name) => ({
      op: "remove" as const,
      path: `/metadata/annotations/${name.replaceAll("/", "~1")}`,
    })),
  ];
}

/** The provider applies every object under a name of its own: `pulumi-kubernetes-1a2b3c4d`. */
const isApplied = ({ manager, operation, subresource }: Entry): boolean =>
  manager?.startsWith("pulumi-kubernetes-") === true &&
  operation === "Apply" &&
  subresource === undefined;

/** Helm takes the name of its program; others that embed it have it in theirs. */
const isHelms = ({ manager, subresource }: Entry): boolean =>
  /helm/i.test(manager ?? "") && subresource === undefined;

const byTime = (one: Entry, other: Entry): number =>
  Date.parse(one.time ?? "") - Date.parse(other.time ?? "");

interface Fields {
  readonly [key: string]: Fields;
}

const asFields = (value: unknown): Fields => (value ?? {}) as Fields;

function union(one: Fields, other: Fields): Fields {
  const merged = Object.entries(other).map(([key, fields]) => {
    const known = one[key];
    return [key, known === undefined ? fields : union(known, fields)] as const;
  });
  return { ...one, ...Object.fromEntries(merged) };
}
