import { execa } from "execa";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import { isWorkload } from "../../components/kubernetes/objects/workload-kind";
import { isMap, valueAt, type Values } from "../../components/upgrade/values";
import { writeBamfChart } from "../lab/bamf/charts";
import type { Answer } from "../kubernetes/stand-in-api";

const NAMESPACE = "bamf";

/** Whoever scales has chosen so many pods. */
const CHOSEN = 4;

/**
 * What `helm install` of a release leaves in a cluster: what the chart renders, tokens that it draws among it, with what the API server and an autoscaler fill in. What
 * the chart's hooks make is gone.
 *
 * @param folder - in which the chart is written
 */
export async function helmInstalled(
  tag: string,
  values: Values,
  folder: string,
): Promise<readonly KubernetesObject[]> {
  const chart = await writeBamfChart({ tag }, folder);
  const words = ["template", "bamf", chart, "--namespace", NAMESPACE, "--values", "-"];
  const { stdout } = await execa("helm", words, { input: JSON.stringify(values) });
  const rendered = parseAllDocuments(stdout).flatMap(
    (document) => (document.toJS() as KubernetesObject | null) ?? [],
  );
  return rendered.filter(({ metadata }) => !isHook(metadata)).map(asLive);
}

const isHook = ({ annotations }: KubernetesObject["metadata"]): boolean =>
  annotations?.["helm.sh/hook"] !== undefined;

function asLive(object: KubernetesObject): KubernetesObject {
  if (object.kind === "Secret") {
    const { stringData, data, ...rest } = object;
    return { ...rest, data: { ...(data as object), ...inBase64(stringData) } };
  }
  if (!isWorkload(object)) return object;
  const strategy = { type: "RollingUpdate", rollingUpdate: { partition: 0 } };
  return {
    ...object,
    spec: {
      replicas: CHOSEN,
      ...(object.kind === "StatefulSet"
        ? { podManagementPolicy: "OrderedReady", updateStrategy: strategy }
        : { progressDeadlineSeconds: 600 }),
      ...(object["spec"] as object),
    },
  };
}

const inBase64 = (texts: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isMap(texts) ? texts : {}).map(([key, value]) => [
      key,
      Buffer.from(String(value)).toString("base64"),
    ]),
  );

/** A value of a Secret of the install, in plain. */
export const secretValue = (
  objects: readonly KubernetesObject[],
  name: string,
  key: string,
): string => {
  const found = objects.find(({ kind, metadata }) => kind === "Secret" && metadata.name === name);
  const value = valueAt(found, ["data", key]);
  return Buffer.from(typeof value === "string" ? value : "", "base64").toString("utf8");
};

const pluralOf = (kind: string): string => `${kind.toLowerCase()}s`;
const rootOf = (version: string): string =>
  version.includes("/") ? `/k8s/apis/${version}` : `/k8s/api/${version}`;

/** Answers as the API server of a cluster that holds these objects: what kinds there are, each object, and all of a kind. */
export function answersOf(objects: readonly KubernetesObject[]): Answer {
  const answers = new Map<string, unknown>();
  const versions = new Set(objects.map(({ apiVersion }) => apiVersion));
  for (const version of versions) {
    const own = objects.filter(({ apiVersion }) => apiVersion === version);
    const kinds = [...new Set(own.map(({ kind }) => kind))];
    answers.set(rootOf(version), {
      resources: kinds.map((kind) => ({ name: pluralOf(kind), kind, namespaced: true })),
    });
    for (const kind of kinds) {
      const path = `${rootOf(version)}/namespaces/${NAMESPACE}/${pluralOf(kind)}`;
      const items = own.filter((one) => one.kind === kind);
      answers.set(path, { items });
      for (const one of items) answers.set(`${path}/${one.metadata.name}`, one);
    }
  }
  return (_, path) => answers.get(path);
}
