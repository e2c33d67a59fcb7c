import { beforeAll, describe, expect, test } from "vitest";
import type { AdoptionFacts } from "../../components/kubernetes/facts/cluster-facts";
import { observed } from "../../components/upgrade/observation";
import { asked, evidence, objections, pod, useHelmOfLab, workload, type Plant } from "./world";

const record = {
  name: "sh.helm.release.v1.smoltbot.v1",
  revision: 1,
  status: "deployed",
};
const secret = { names: ["smoltbot-mnemom-gateway"], lost: [], added: [], changed: [] };

/** An install by Helm at 1.0.0 that is about to be taken over, with something planted in what was found of it. */
const install = (found: Partial<AdoptionFacts> = {}, plant: Plant = {}): Plant => ({
  ...plant,
  smoltbot: { version: "1.0.0", notesRead: "1.0.0", adopt: true, ...plant.smoltbot },
  cluster: { helmRecords: [record], ...plant.cluster },
  facts: {
    own: observed(undefined),
    adoption: observed({ objects: [], leftOver: [], secret, ...found }),
    ...plant.facts,
  },
});

const planted: readonly (readonly [string, string, RegExp, Plant])[] = [
  [
    "of which Helm has no record",
    "adoption",
    /no records of a Helm release smoltbot/,
    install({}, { cluster: { helmRecords: [] } }),
  ],
  [
    "that Helm has not finished",
    "adoption",
    /status pending-upgrade/,
    install({}, { cluster: { helmRecords: [{ ...record, status: "pending-upgrade" }] } }),
  ],
  [
    "at another release than the wanted one (S-45)",
    "adoption",
    /1\.0\.0, while 0\.9\.0 runs/,
    install({}, { cluster: { helmRecords: [record], pods: [pod("gateway-1", "0.9.0")] } }),
  ],
  [
    "whose gateway does not serve",
    "adoption",
    /0 of 2 pods ready/,
    install(
      {},
      {
        cluster: {
          helmRecords: [record],
          workloads: [
            {
              ...workload("smoltbot-mnemom-gateway-gateway", 2, {
                gateway: asked(100, 256, [1000, 512]),
              }),
              ready: 0,
            },
          ],
        },
      },
    ),
  ],
  ["whose Deployments go by other names", "adopted-objects", /no such Deployment/, install()],
  [
    "with an autoscaler that the stack file lacks (S-52)",
    "adopted-objects",
    /an autoscaler of the install/,
    install({ leftOver: ["HorizontalPodAutoscaler/gateway"] }),
  ],
  [
    "with an Ingress that the stack file lacks",
    "adopted-objects",
    /not taken over: Ingress\/gateway/,
    install({ leftOver: ["Ingress/gateway"] }),
  ],
  [
    "whose Secret has a key that the stack file lacks (S-24)",
    "adopted-secret",
    /is missing what Secret smoltbot-mnemom-gateway has: REDIS_URL/,
    install({ secret: { ...secret, lost: ["REDIS_URL"] } }),
  ],
  [
    "whose Secret has another value (S-24)",
    "adopted-secret",
    /has other values than Secret smoltbot-mnemom-gateway: SUPABASE_KEY/,
    install({ secret: { ...secret, changed: ["SUPABASE_KEY"] } }),
  ],
  [
    "that is adopted and still upgraded as one",
    "adoption",
    /beside an upgrade to 1\.1\.0/,
    install({}, { smoltbot: { version: "1.1.0" }, facts: { own: observed(evidence("1.0.0")) } }),
  ],
  [
    "that is adopted, with Helm's records left behind (T-37)",
    "helm-records",
    /1 record of the Helm release smoltbot/,
    { cluster: { helmRecords: [record] } },
  ],
];

/** All gates together, on the real rendering of a chart. What it does not prove: how facts are read; the end-to-end tests do. */
describe("an install by Helm", () => {
  beforeAll(useHelmOfLab);

  test.each(planted)("%s is told so by the gate %s", async (_name, gate, words, plant) => {
    const found = await objections(plant);
    const told = found.filter((finding) => finding.gate === gate);
    expect(told.map((finding) => finding.found)).toContainEqual(expect.stringMatching(words));
    for (const { expected, fix } of found) expect(expected && fix).not.toBe("");
  });
});
