import { beforeAll, describe, expect, test } from "vitest";
import {
  GIB,
  MIB,
  node,
  objections,
  objectionsIn,
  questionOf,
  useHelmOfLab,
  type Plant,
} from "./world";
import type { AdmissionFacts, LimitRangeFacts } from "../../components/kubernetes/facts/admission";
import type { Amounts } from "../../components/kubernetes/objects/container-resources";
import { observed, unavailable } from "../../components/upgrade/observation";

const inside = (rules: Partial<AdmissionFacts>): Plant => ({
  cluster: { admission: observed({ quotas: [], limitRanges: [], ...rules }) },
});
const quota = (hard: Amounts, used: Amounts): Plant =>
  inside({ quotas: [{ name: "compute", scopes: [], hard, used }] });
const range = (change: Partial<LimitRangeFacts>): Plant =>
  inside({
    limitRanges: [
      { name: "sizes", min: {}, max: {}, defaultRequests: {}, defaultLimits: {}, ...change },
    ],
  });

const planted: readonly (readonly [string, string, Plant])[] = [
  [
    "a quota without CPU for one more pod of each",
    "ResourceQuota/compute: requests.cpu with 250m of 300m used, and 150m more for 2 pods",
    quota({ "requests.cpu": 300 }, { "requests.cpu": 250 }),
  ],
  [
    "a quota without a pod for the migration",
    "ResourceQuota/compute: pods with 3 of 3 used, and 1 more for 1 pod of the schema",
    quota({ pods: 3 }, { pods: 3 }),
  ],
  [
    "a quota of memory that the pods may use",
    "ResourceQuota/compute: limits.memory with 1280 MiB of 1536 MiB used, and 768 MiB more",
    quota({ "limits.memory": 1536 * MIB }, { "limits.memory": 1280 * MIB }),
  ],
  [
    "a quota of what a container does not name",
    "ResourceQuota/compute: container gateway of a pod of smoltbot-mnemom-gateway-gateway without limits.cpu",
    {
      ...quota({ "limits.cpu": 10_000 }, {}),
      smoltbot: { values: { resources: { limits: { cpu: null } } } },
    },
  ],
  [
    "a limit range below what a container may use",
    "LimitRange/sizes: container gateway of a pod of smoltbot-mnemom-gateway-gateway with a memory limit of 512 MiB",
    range({ max: { memory: 256 * MIB } }),
  ],
  [
    "a limit range above what a container asks for",
    "LimitRange/sizes: container migrate of a pod of the migration with a cpu request of 50m",
    range({ min: { cpu: 80 } }),
  ],
  [
    "quotas that may not be listed",
    "quotas and limit ranges that could not be listed: resourcequotas is forbidden",
    { cluster: { admission: unavailable("resourcequotas is forbidden") } },
  ],
];

/** The gate quota on the real rendering of a chart. What it does not prove: that the API server refuses the same pods. */
describe("an upgrade into a namespace", () => {
  beforeAll(useHelmOfLab);

  test.each(planted)("with %s is told so by the gate quota (S-05)", async (_name, words, plant) => {
    const found = (await objections(plant)).filter(({ gate }) => gate === "quota");
    expect(found.map((finding) => `${finding.at}: ${finding.found}`).join("\n")).toContain(words);
    for (const { expected, fix } of found) expect(expected && fix).not.toBe("");
  });

  test("with room for one larger pod, and not for the others to grow too, is refused (S-05, S-06)", async () => {
    const resources = { requests: { cpu: "2" }, limits: { cpu: "2" } };
    const found = await objections({ smoltbot: { values: { resources } } });
    expect(found.filter(({ verdict }) => verdict === "block")).toMatchObject([
      {
        gate: "capacity",
        found: expect.stringContaining(
          "no node for what a pod of smoltbot-mnemom-gateway-gateway grows by in the rollout",
        ) as string,
      },
    ]);
  });

  test("together with another gateway of the stack is refused where only one of them fits (S-05)", async () => {
    const full = { cluster: { nodes: [{ ...node, requested: { cpu: 3800, memory: 2 * GIB } }] } };
    const stack = await Promise.all(
      ["east", "west"].map((name) =>
        questionOf({ ...full, secrets: { POSTGRES_URL: `postgresql://u:p@db/${name}` } }, name),
      ),
    );
    for (const own of stack) {
      expect(objectionsIn(own)).toEqual([]);
      const found = objectionsIn(own, stack);
      expect(found.map(({ gate, verdict }) => `${verdict} ${gate}`)).toEqual(["block capacity"]);
      expect(found[0]?.found).toContain("in the rollout of east and west");
    }
  });
});
