import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";
import { kubernetesTarget } from "../../components/kubernetes/target";
import { record } from "../story/recorder";

const object = (apiVersion: string, kind: string, name: string): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "bamf" },
  spec: {},
});
const adoption = { input: {}, secrets: {} };
const target = (adopt: boolean) =>
  kubernetesTarget({
    connect: () => ({ options: {}, identifier: pulumi.output(undefined) }),
    backup: undefined,
    restore: undefined,
    namespace: "bamf",
    secret: { name: "bamf", values: {} },
    configuration: [
      object("v1", "ConfigMap", "config"),
      object("apps/v1", "StatefulSet", "postgresql"),
    ],
    availability: {
      workload: "api",
      namespace: "bamf",
      labels: {},
      selector: {},
      minAvailable: 1,
    },
    waves: [
      {
        name: "api",
        workloads: [object("apps/v1", "Deployment", "api")],
        watch: { input: {}, secrets: {} },
        ...(adopt ? { adoption } : {}),
      },
    ],
    verification: { input: { wayBack: "" }, secrets: {}, known: {} },
    removable: false,
  });

/** Names of the resources of which the engine leaves the pods as they are. */
const keptPods = async (adopt: boolean): Promise<readonly string[]> => {
  const made = await record(() => {
    const { configuration, waves } = target(adopt);
    return [...configuration("bamf", {}), ...(waves[0]?.apply("bamf", {}) ?? [])];
  });
  return made
    .filter(({ ignored }) => ignored.includes("spec.template"))
    .map(({ name }) => name)
    .sort();
};

test("while an install is adopted the engine leaves all pods as they are, those of a bundled store too, and none of them else", async () => {
  expect(await keptPods(true)).toEqual(["bamf-deployment-api", "bamf-statefulset-postgresql"]);
  expect(await keptPods(false)).toEqual([]);
});
