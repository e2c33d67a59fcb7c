import { describe, expect, test } from "vitest";
import { chartParts } from "../../components/bamf/chart-parts";
import { bamfNames } from "../../components/bamf/names";
import type { Rendering } from "../../components/kubernetes/helm/render";
import type { KubernetesObject } from "../../components/kubernetes/objects/object";

const object = (apiVersion: string, kind: string, name: string, more: object = {}) =>
  ({ apiVersion, kind, metadata: { name }, ...more }) as KubernetesObject;
const migration: KubernetesObject = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: "bamf-migrations-1", labels: { "app.kubernetes.io/component": "migrations" } },
};
const partsOf = (objects: readonly KubernetesObject[], hookObjects = [migration]) =>
  chartParts({ objects, hookObjects } as unknown as Rendering, bamfNames("bamf", {}));
const namesOf = (objects: readonly KubernetesObject[]) =>
  objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);

describe("what the chart has rendered", () => {
  test("is rolled out, kept available, or there before it; bundled stores are there before it", () => {
    const parts = partsOf([
      object("v1", "Service", "bamf-api"),
      object("v1", "Secret", "bamf-proxy-token"),
      object("policy/v1", "PodDisruptionBudget", "bamf-api"),
      object("apps/v1", "StatefulSet", "bamf-postgresql"),
      object("apps/v1", "StatefulSet", "bamf-bridge"),
      object("apps/v1", "Deployment", "bamf-api"),
    ]);
    expect(namesOf(parts.workloads)).toEqual(["StatefulSet/bamf-bridge", "Deployment/bamf-api"]);
    expect(namesOf(parts.availability)).toEqual(["PodDisruptionBudget/bamf-api"]);
    expect(namesOf(parts.others)).toEqual(["Service/bamf-api", "StatefulSet/bamf-postgresql"]);
  });

  test("has the migration as a hook, or as a Job that is ordered before nothing (T-25)", () => {
    expect(partsOf([]).migration).toBe(migration);
    const later = partsOf([migration], []);
    expect([later.migration, later.others]).toEqual([migration, []]);
    expect(() => partsOf([], [])).toThrow("rendered no Job of the migration");
  });

  test("names the Secrets that the External Secrets Operator makes of it", () => {
    const spec = { target: { name: "bamf-database-credentials" } };
    const external = object("external-secrets.io/v1beta1", "ExternalSecret", "bamf", { spec });
    expect(partsOf([external]).theirs).toEqual(["bamf-database-credentials"]);
  });

  test("is refused with a Secret for which ours does not stand", () => {
    expect(() => partsOf([object("v1", "Secret", "bamf-license")])).toThrow(
      "the chart renders Secret/bamf-license",
    );
  });
});
