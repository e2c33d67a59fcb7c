import type { KubernetesObject } from "../objects/object";
import type { LiveObject } from "./cluster-facts";
import {
  ownedFields,
  ownsField,
  withoutField,
  type FieldOwner,
  type OwnedField,
} from "../objects/owned-fields";
import { isMap, type Values } from "../../upgrade/values";

/** One field that is not as it was applied. */
export interface Drift {
  /** `spec.replicas`; "" if the whole object is gone. */
  readonly path: string;
  /** Who wrote it; undefined if nobody is known. */
  readonly manager: string | undefined;
  /** True if an `up` fails on the field instead of putting it back, once it has to write the object. */
  readonly stubborn: boolean;
  /** In words, without a value that could be a secret. */
  readonly found: string;
}

/** Set by `kubectl rollout restart`, which changes nothing of what runs. */
const RESTART = "kubectl.kubernetes.io/restartedAt";

/**
 * Finds what somebody else has changed of an object that this program applied, by who owns its fields: a field that we want, that is
 * another's alone now and has another value; and what was added by hand with kubectl. A value that another release wants is none,
 * nor is what controllers write: status, defaults, their own annotations, replicas under an autoscaler.
 */
export function findDrift(wanted: KubernetesObject, live: LiveObject): readonly Drift[] {
  const ours = live.owners.filter(isOurs);
  if (ours.length === 0) return [];
  const found = live.owners.flatMap((owner) =>
    ownedFields(withoutField(owner.fields, RESTART), wanted, live.content)
      .filter(({ keys }) => !ours.some(({ fields }) => ownsField(fields, keys)))
      .filter((field) => isDrift(field, owner))
      .map(({ path, wanted: before, live: now }) => ({
        path,
        manager: owner.manager,
        stubborn: isStubborn(owner),
        found: before === undefined ? "a value that was set by hand" : words(path, before, now),
      })),
  );
  return found.filter(({ path }, index) => found.findIndex((one) => one.path === path) === index);
}

/** Finds what we want and is not there any more; only right where the very same was applied before. */
export const findMissing = (wanted: KubernetesObject, live: LiveObject): readonly Drift[] =>
  live.content === undefined
    ? []
    : ["spec", "data"].flatMap((key) =>
        missing(wanted[key], (live.content as Values)[key], key).map((path) => ({
          path,
          manager: undefined,
          stubborn: false,
          found: "a field that was taken away",
        })),
      );

const isOurs = ({ manager }: FieldOwner): boolean => manager.startsWith("pulumi-");

const isDrift = ({ path, wanted, live }: OwnedField, owner: FieldOwner): boolean =>
  wanted === undefined ? isAdded(path, owner) : !same(wanted, live);

/**
 * What kubectl wrote is taken over; anybody else's field, and the replicas of `kubectl scale`, is a conflict.
 *
 * Source: `pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/await.go` (fixCSAFieldManagers).
 */
const isStubborn = ({ manager, subresource }: FieldOwner): boolean =>
  !manager.startsWith("kubectl") || subresource !== "";

/** How many pods there are is their controller's business wherever we do not say it. */
const isAdded = (path: string, { manager }: FieldOwner): boolean =>
  manager.startsWith("kubectl") && /^(spec|data)\b/.test(path) && path !== "spec.replicas";

const words = (path: string, before: unknown, now: unknown): string =>
  isPublic(path, before, now) ? `${String(now)} in place of ${String(before)}` : "another value";

const isPublic = (path: string, ...values: readonly unknown[]): boolean =>
  path.endsWith(".image") ||
  values.every((value) => typeof value === "number" || typeof value === "boolean");

function missing(wanted: unknown, live: unknown, path: string): readonly string[] {
  if (isNothing(wanted)) return [];
  if (live === undefined) return [path];
  if (Array.isArray(wanted) && Array.isArray(live)) return missingItems(wanted, live, path);
  if (!isMap(wanted) || !isMap(live)) return [];
  return Object.entries(wanted).flatMap(([key, value]) =>
    missing(value, live[key], `${path}.${key}`),
  );
}

const missingItems = (
  wanted: readonly unknown[],
  live: readonly unknown[],
  path: string,
): readonly string[] =>
  wanted.flatMap((item) => {
    const name = isMap(item) ? item["name"] : undefined;
    if (typeof name !== "string") return [];
    const there = live.find((one) => isMap(one) && one["name"] === name);
    return missing(item, there, `${path}[${name}]`);
  });

/** What the API server may leave away, because it says nothing. */
function isNothing(value: unknown): boolean {
  if (isMap(value)) return Object.values(value).every(isNothing);
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

/** Numbers and texts that read alike are alike: the API server keeps a port or a percentage in a form of its own. */
function same(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  }
  if (isMap(one) && isMap(other)) {
    return Object.entries(one).every(([key, value]) => isNothing(value) || same(value, other[key]));
  }
  return String(one) === String(other);
}
