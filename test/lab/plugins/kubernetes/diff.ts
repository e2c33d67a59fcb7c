import type { DiffAnswer, DiffCall } from "../protocol/handlers";
import { plainMap, type PropertyMap } from "../protocol/values";
import { livesInNamespace } from "./check";
import { fromCheckpoint } from "./checkpoint";
import { isIgnored } from "./ignore-changes";
import { isReady as isJobReady } from "./await/job-state";
import { annotations, isAnnotated, kindOf, nameOf, namespaceOf } from "./kube-object";
import { isTyped, normalize, pruneToShape } from "./normalize";
import { at, withAt, withoutAt } from "./paths";
import { diffProperties, type PropertyDiffs } from "./property-diff";
import { replaceRules } from "./replace-rules";
import { clusterOf, type Session } from "./session";

/**
 * Says how new inputs differ from the live object in the state, and which differences make a new object.
 * The cluster is not asked: drift shows after a refresh.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (Diff)
 */
export async function diff(session: Session, call: DiffCall): Promise<DiffAnswer> {
  const old = fromCheckpoint(call.olds);
  const isNamespaced = await livesInNamespace(session, plainMap(call.news), call.type);
  const news = settled(normalize(plainMap(call.news)), isNamespaced);
  const last = normalize(old.inputs);
  const pruned = pruneToShape(old.live, last);
  const live = settled(withLiveName(pruned, news, old.live), isNamespaced);
  const all = diffProperties(
    live,
    isTyped(news) ? last : {},
    news,
    replaceRules(news, session.options),
  );
  const detailed = new Map([...all].filter(([path]) => !isIgnoredBy(call.ignoreChanges, path)));
  const replaces = replacing(detailed);
  if (await wantsReplacement(session, news, old.live)) {
    replaces.push('.metadata.annotations["pulumi.com/replaceUnready"]');
  }
  return {
    changes: detailed.size > 0 || replaces.length > 0,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && isSameObject(news, old.live),
    detailedDiff: Object.fromEntries(detailed),
  };
}

// An unset namespace is `default`; a kind without namespaces has none, whatever the inputs say.
function settled(object: PropertyMap, isNamespaced: boolean): PropertyMap {
  const left = withoutAt(object, "metadata", "resourceVersion");
  if (!isNamespaced) return withoutAt(left, "metadata", "namespace");
  const stated = at(left, "metadata", "namespace");
  return stated === undefined || stated === ""
    ? withAt(left, ["metadata", "namespace"], "default")
    : left;
}

function withLiveName(pruned: PropertyMap, news: PropertyMap, live: PropertyMap): PropertyMap {
  const name = nameOf(live);
  return nameOf(news) === "" ? pruned : withAt(pruned, ["metadata", "name"], name);
}

function isIgnoredBy(ignoreChanges: readonly string[], path: string): boolean {
  return ignoreChanges.some((ignored) => isIgnored(ignored, path));
}

function replacing(detailed: PropertyDiffs): string[] {
  const forced = [...detailed].filter(
    ([path, { kind }]) => kind.endsWith("-replace") || (kind === "delete" && path === "metadata"),
  );
  return forced.map(([path]) => path);
}

// Only Jobs can be asked to be made anew when they are not done; the live one is looked at.
async function wantsReplacement(
  session: Session,
  news: PropertyMap,
  old: PropertyMap,
): Promise<boolean> {
  const cluster = clusterOf(session);
  if (!isAnnotated(news, annotations.replaceUnready) || cluster === undefined) return false;
  if (kindOf(news) !== "Job") return false;
  const live = await cluster.get(old).catch(() => undefined);
  return live !== undefined && !isJobReady(live);
}

// Two objects cannot share a name: the old one goes first, unless a new name can be made up.
function isSameObject(news: PropertyMap, live: PropertyMap): boolean {
  return (
    nameOf(news) !== "" &&
    !isAnnotated(news, annotations.autonamed) &&
    nameOf(news) === nameOf(live) &&
    namespaceOf(news) === namespaceOf(live)
  );
}
