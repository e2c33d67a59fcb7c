import { isDeepStrictEqual } from "node:util";
import type { CheckAnswer, CheckCall, DiffAnswer, DiffCall } from "../protocol/handlers";
import { hasUnknown, plainMap, type PropertyMap } from "../protocol/values";
import { activeCluster, loadKubeConfig } from "./kube-config";
import { settingOf } from "./options";

/**
 * Accepts the provider's own inputs, unless strict mode is on and the cluster is not named explicitly.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (CheckConfig)
 */
export function checkConfig(call: CheckCall): Promise<CheckAnswer> {
  const failures: { readonly property: string; readonly reason: string }[] = [];
  if (isStrict(call.news)) {
    if (/::default(?:_\d+_\d+_\d+)?(?:_.*)?$/.test(call.urn)) {
      failures.push({ property: "", reason: "strict mode prohibits default provider" });
    }
    for (const property of ["kubeconfig", "context"]) {
      if (settingOf(call.news, property) !== "") continue;
      failures.push({ property, reason: `strict mode requires Provider "${property}" argument` });
    }
  }
  return Promise.resolve({ inputs: call.news, failures });
}

function isStrict(news: PropertyMap): boolean {
  const stated = settingOf(news, "strictMode");
  if (stated !== "") return stated === "true";
  const ambient: unknown = JSON.parse(process.env["PULUMI_CONFIG"] || "{}");
  return (
    typeof ambient === "object" &&
    ambient !== null &&
    "strictMode" in ambient &&
    ambient.strictMode === "true"
  );
}

/**
 * Replaces the provider, and with it every object, when it points to another cluster: by
 * `clusterIdentifier` where both sides have one, else by what the kubeconfig says about the cluster.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/provider/provider.go (DiffConfig)
 */
export function diffConfig(call: DiffCall): Promise<DiffAnswer> {
  const olds = plainMap(call.olds);
  const news = plainMap(call.news);
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  const diffs = keys.filter((key) => !isDeepStrictEqual(olds[key], news[key]));
  if (diffs.length === 0) return Promise.resolve({ changes: false });
  return Promise.resolve({ changes: true, diffs, replaces: replacesOf(olds, news, diffs) });
}

function replacesOf(
  olds: PropertyMap,
  news: PropertyMap,
  diffs: readonly string[],
): readonly string[] {
  const [before, after] = [olds["clusterIdentifier"], news["clusterIdentifier"]];
  if (after !== undefined && before === after) return [];
  const replaces = before !== undefined && after !== undefined ? ["clusterIdentifier"] : [];
  const pointers = ["kubeconfig", "context", "cluster"];
  const unknown = pointers.find((key) => hasUnknown(news[key]));
  if (unknown !== undefined) return [...replaces, unknown];
  const [old, now] = [clusterBehind(olds), clusterBehind(news)];
  const isMoved = old !== undefined && now !== undefined && !isDeepStrictEqual(old, now);
  return isMoved ? [...replaces, ...pointers.filter((key) => diffs.includes(key))] : replaces;
}

function clusterBehind(config: PropertyMap): PropertyMap | undefined {
  const text = settingOf(config, "kubeconfig");
  if (text === "") return undefined;
  return activeCluster(loadKubeConfig(text).config, {
    context: settingOf(config, "context") || undefined,
    cluster: settingOf(config, "cluster") || undefined,
  });
}
