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
const target = (adopt: boolean, occasion = "") =>
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
    occasion,
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

test("where the world is another than the verified one each object is written anew, also one of which the engine knows nothing new; else none has a trace of it (S-48)", async () => {
  const occasions = async (occasion: string) => {
    const made = await record(() => {
      const { configuration, availability, waves } = target(false, occasion);
      return [configuration, availability]
        .flatMap((make) => make("bamf", {}))
        .concat((waves[0]?.apply("bamf", {}) ?? []).map(({ resource }) => resource));
    });
    return made.flatMap(({ name, inputs }) => {
      const { annotations } = (inputs["metadata"] ?? {}) as {
        readonly annotations?: Readonly<Record<string, string>>;
      };
      const found = annotations?.["gateways/occasion"];
      return found === undefined ? [] : [`${name}: ${found}`];
    });
  };
  const asked = "0.11.0 running; last verified 2026-11-20T12:00:00.000Z";
  expect((await occasions(asked)).sort()).toEqual(
    ["configmap-config", "deployment-api", "poddisruptionbudget-api", "statefulset-postgresql"].map(
      (one) => `bamf-${one}: ${asked}`,
    ),
  );
  expect(await occasions("")).toEqual([]);
});
