import type { KubernetesObject } from "../objects/object";
import { parseCpu, parseMemory } from "../objects/quantity";
import { isMap, type Values } from "../../upgrade/values";

/** What the API server fills in by itself: found live and nowhere else, such a key is no difference. */
const FILLED_IN: ReadonlySet<string> = new Set([
  "apiVersion",
  "clusterIP",
  "clusterIPs",
  "creationTimestamp",
  "defaultMode",
  "dnsPolicy",
  "failureThreshold",
  "imagePullPolicy",
  "internalTrafficPolicy",
  "ipFamilies",
  "ipFamilyPolicy",
  "kind",
  "pathType",
  "periodSeconds",
  "persistentVolumeClaimRetentionPolicy",
  "podManagementPolicy",
  "progressDeadlineSeconds",
  "protocol",
  "restartPolicy",
  "revisionHistoryLimit",
  "schedulerName",
  "scheme",
  "serviceAccount",
  "sessionAffinity",
  "status",
  "successThreshold",
  "terminationGracePeriodSeconds",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "timeoutSeconds",
  "type",
  "volumeMode",
]);

/**
 * Where a live object is not what it would be, by path and without a value: `spec.template.spec.containers[gateway].lifecycle`. Defaults
 * of the API server are no difference, nor is what others note in the metadata. A default that somebody changed by hand stays unseen if
 * the wanted object leaves the field out.
 */
export function differences(wanted: KubernetesObject, live: KubernetesObject): readonly string[] {
  const { metadata, ...rest } = wanted;
  const notes = { labels: metadata.labels ?? {}, annotations: metadata.annotations ?? {} };
  return [
    ...compare(rest, bare(live), ""),
    ...Object.entries(notes).flatMap(([kind, wantedNotes]) =>
      Object.entries(wantedNotes)
        .filter(([key, value]) => noteOf(live, kind, key) !== value)
        .map(([key]) => `metadata.${kind}[${key}]`),
    ),
  ];
}

const bare = (object: KubernetesObject): Values =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== "metadata"));

const noteOf = ({ metadata }: KubernetesObject, kind: string, key: string): string | undefined =>
  (kind === "labels" ? metadata.labels : metadata.annotations)?.[key];

function compare(wanted: unknown, live: unknown, path: string): readonly string[] {
  if (isEmpty(wanted) && isEmpty(live)) return [];
  if (isMap(wanted) && isMap(live)) return compareTrees(wanted, live, path);
  if (Array.isArray(wanted) && Array.isArray(live)) {
    return compareTrees(byName(wanted), byName(live), path);
  }
  return isSame(wanted, live) ? [] : [path];
}

function compareTrees(wanted: Values, live: Values, path: string): readonly string[] {
  const added = Object.keys(live).filter((key) => !(key in wanted) && !isFilledIn(key, live[key]));
  const places = [...Object.keys(wanted), ...added];
  return places.flatMap((key) => compare(wanted[key], live[key], join(path, key)));
}

const join = (path: string, key: string): string =>
  key.startsWith("[") ? `${path}${key}` : [path, key].filter((part) => part !== "").join(".");

/** Items of a list under their names, which Kubernetes merges them by; else under their places. */
const byName = (list: readonly unknown[]): Values =>
  Object.fromEntries(
    list.map((item, index) => {
      const name = isMap(item) ? item["name"] : undefined;
      return [`[${typeof name === "string" ? name : index}]`, item];
    }),
  );

/** True for a default, and for a map that holds nothing but defaults, such as the update strategy of a StatefulSet. */
const isFilledIn = (key: string, value: unknown): boolean =>
  FILLED_IN.has(key) ||
  isEmpty(value) ||
  (isMap(value) && Object.entries(value).every(([inner, one]) => isFilledIn(inner, one)));

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) {
    return true;
  }
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Equal, or the same quantity in another notation: the API server keeps `1000m` as `1`. */
function isSame(wanted: unknown, live: unknown): boolean {
  if (Object.is(wanted, live)) return true;
  const pair = [wanted, live].filter(
    (value) => typeof value === "string" || typeof value === "number",
  );
  const [one, other] = pair;
  if (one === undefined || other === undefined) return false;
  try {
    return parseCpu(one) === parseCpu(other) && parseMemory(one) === parseMemory(other);
  } catch {
    return false;
  }
}
