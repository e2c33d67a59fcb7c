import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import type { ClusterFacts, LiveObject } from "../facts/cluster-facts";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { Plan } from "../../upgrade/plan/plan";

const { pass, warn, block, unknown } = gate("foreign-objects");

/** What this gate looks at. */
export interface ForeignObjectsArgs {
  readonly cluster: Observation<ClusterFacts>;
  readonly plan: Plan;
  /** True if the operator wants what is there to be taken over. @defaultValue false */
  readonly adopt?: boolean;
  /** Context and namespace. */
  readonly at: string;
}

/**
 * Lets a stack that has verified nothing yet touch no object that somebody else made: an upsert would take it over in silence.
 * Objects that an earlier run of this program made are known by their field manager.
 *
 * Source: `pulumi/pulumi-kubernetes@v4.32.0`: objects are applied by managers named pulumi-kubernetes-....
 */
export function foreignObjects({
  cluster,
  plan,
  adopt = false,
  at,
}: ForeignObjectsArgs): readonly Finding[] {
  if (plan.verified !== undefined) return [pass({ at, found: "a release of this stack" })];
  if (!cluster.observed) return [unknown(couldNotLook(at, "the objects", cluster.reason))];
  const foreign = cluster.value.live.filter((object) => !isOurs(object) && !isNamespace(object));
  if (foreign.length === 0) return [pass({ at, found: "no object of somebody else" })];
  return [...groups(foreign)].map(([owner, objects]) =>
    (adopt ? warn : block)({
      at,
      found: `${counted(objects.length, "object")} of ${owner}: ${list(objects)}`,
      expected: adopt ? "an install to be adopted" : "none before a first install",
      fix: adopt
        ? "nothing; what is shown as created is taken over under its name, without a restart of a pod"
        : "choose another namespace or release name, remove them, or set adopt: true to take an install by Helm over",
    }),
  );
}

/** Objects of a Helm release that Pulumi runs have a manager like ours, and Helm's annotation besides. */
const isOurs = ({ managers, helmRelease }: LiveObject): boolean =>
  helmRelease === "" && managers.some((manager) => manager.startsWith("pulumi-"));

const isNamespace = ({ key }: LiveObject): boolean => key.startsWith("v1/Namespace/");

function groups(objects: readonly LiveObject[]): ReadonlyMap<string, readonly LiveObject[]> {
  const owners = new Map<string, LiveObject[]>();
  for (const object of objects) {
    const owner =
      object.helmRelease === "" ? "somebody else" : `the Helm release ${object.helmRelease}`;
    owners.set(owner, [...(owners.get(owner) ?? []), object]);
  }
  return owners;
}

/** The first few, by kind and name. */
function list(objects: readonly LiveObject[]): string {
  const names = objects
    .map(({ key }) => key.split("/").toSpliced(-2, 1).slice(-2).join("/"))
    .sort();
  const rest = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `${names.slice(0, 5).join(", ")}${rest}`;
}
