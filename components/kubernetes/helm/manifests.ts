import { parseAllDocuments, type Tags } from "yaml";
import { remember } from "../../upgrade/remember";
import type { KubernetesObject } from "../objects/object";

/** Kubernetes reads YAML 1.1 but keeps dates as text. Source: sigs.k8s.io/yaml. */
const kubernetesTags = (tags: Tags): Tags =>
  tags.filter((tag) => typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:timestamp");

/**
 * The objects of a rendered chart, in their order; empty documents are left out.
 *
 * @throws Error that names the first document that is no Kubernetes object
 */
export const parseManifests = remember((text): readonly KubernetesObject[] => {
  const documents = parseAllDocuments(text, { version: "1.1", customTags: kubernetesTags });
  return ("empty" in documents ? [] : documents).flatMap((document) => {
    const [error] = document.errors;
    if (error) throw new Error(`the rendered chart is not valid YAML: ${error.message}`);
    const value = document.toJS() as unknown;
    if (value === null || value === undefined) return [];
    return [asObject(value)];
  });
});

function asObject(value: unknown): KubernetesObject {
  const object = value as Partial<KubernetesObject>;
  if (
    typeof object.apiVersion !== "string" ||
    typeof object.kind !== "string" ||
    !object.metadata?.name
  ) {
    const text = JSON.stringify(value).slice(0, 80);
    throw new Error(`the chart rendered something that is no Kubernetes object: ${text}`);
  }
  return object as KubernetesObject;
}
