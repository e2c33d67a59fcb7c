import { describe, expect, test } from "vitest";
import { holdOrdinals } from "../../../components/kubernetes/edits/hold-ordinals";
import { findDrift, findMissing } from "../../../components/kubernetes/facts/find-drift";
import { live } from "../../upgrade/gates/facts";
import { by, ours } from "../gates/drifted";

describe("a StatefulSet whose pods wait for their turns", () => {
  const wanted = holdOrdinals()({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "bridge" },
    spec: { replicas: 3, template: { spec: { containers: [] } } },
  });
  const at = (partition: number) => ({
    ...wanted,
    spec: {
      ...wanted.spec,
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { partition } },
    },
  });
  const partition = {
    "f:spec": { "f:updateStrategy": { "f:rollingUpdate": { "f:partition": {} } } },
  };

  test("has not drifted where a killed roll has released some of them: nobody owns the partition then", () => {
    const found = live({ owners: [ours], content: at(1) });
    expect([...findDrift(wanted, found), ...findMissing(wanted, found)]).toEqual([]);
  });

  test("has drifted where somebody has released all of them by hand", () => {
    const found = live({ owners: [ours, by("kubectl-patch", partition)], content: at(0) });
    expect(findDrift(wanted, found)).toMatchObject([
      { path: "spec.updateStrategy.rollingUpdate.partition", found: "0 in place of 3" },
    ]);
  });
});
