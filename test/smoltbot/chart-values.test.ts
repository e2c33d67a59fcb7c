import { expect, test } from "vitest";
import { chartValues } from "../../components/smoltbot/chart-values";
import { exampleSmoltbot } from "./example";

test("the operator's values stay, and what the program decides stands above them (T-05, T-07)", () => {
  const values = {
    image: { repository: "registry.example/gateway", tag: "latest" },
    migration: { enabled: true, args: ["migrate"] },
    nodeSelector: { disk: "ssd" },
  };
  expect(chartValues(exampleSmoltbot({ values }), "secret")).toEqual({
    image: { repository: "registry.example/gateway", tag: "1.1.0" },
    migration: { enabled: false, args: ["migrate"] },
    nodeSelector: { disk: "ssd" },
    replicaCount: 2,
    pdb: { enabled: false },
    hpa: { enabled: false },
    secrets: { existingSecret: "secret" },
  });
});
