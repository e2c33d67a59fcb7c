import { expect, test } from "vitest";
import type { Workload } from "../../../components/kubernetes/edits/workload";
import { assembleRelease } from "../../../components/kubernetes/gateway/assemble-release";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";

const workload = (kind: Workload["kind"], name: string, image: string): Workload => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name },
  spec: { template: { spec: { containers: [{ name, image }] } } },
});
const config: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "config" },
};
const assembled = (adopt: boolean, image = "postgres:16") =>
  assembleRelease({
    settings: {
      version: "0.10.0",
      adopt,
      kubernetes: { context: "lab", namespace: "bamf", release: "bamf", imageMirrors: {} },
    },
    names: { fullname: "bamf", gateway: "api" },
    labels: {},
    rendering: { chart: { name: "bamf", version: "0.10.0", appVersion: "" }, defaults: {} },
    others: [config, workload("StatefulSet", "postgresql", image)],
    workloads: [workload("Deployment", "api", "api:v0.10.0")],
    job: config,
    availability: {
      workload: "api",
      namespace: "bamf",
      labels: {},
      selector: {},
      minAvailable: 1,
    },
  });
const withPods = (objects: readonly KubernetesObject[]) =>
  objects.filter(({ spec }) => spec !== undefined && "template" in (spec as object));

test("a release that is adopted applies no pod, not even that of a store which the chart bundles: it would restart", () => {
  const { applied, appliedConfiguration, configuration, workloads } = assembled(true);
  expect(withPods([...applied, ...appliedConfiguration])).toEqual([]);
  expect(appliedConfiguration.map(({ metadata }) => metadata.name)).toEqual(
    configuration.map(({ metadata }) => metadata.name),
  );
  // As they are to be they are compared with what runs.
  expect(withPods([...workloads, ...configuration])).toHaveLength(2);
});

test("any other release applies all of it", () => {
  const { applied, appliedConfiguration, configuration, workloads } = assembled(false);
  expect(appliedConfiguration).toEqual(configuration);
  expect(applied).toEqual(workloads);
});

test("the hash of a release follows what is applied: an adoption knows nothing of pods, and is another one than the upgrade after it", () => {
  const [plain, other] = [assembled(false), assembled(false, "postgres:17")];
  expect(other.configHash).not.toBe(plain.configHash);
  expect(assembled(true).configHash).not.toBe(plain.configHash);
  expect(assembled(true, "postgres:17").configHash).toBe(assembled(true).configHash);
});
