import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bamf } from "../../components/bamf/product";
import { merge } from "../../components/config/merge";
import { adoption } from "../../components/kubernetes/gates/adoption";
import { migrationState } from "../../components/kubernetes/gates/migration-state";
import { availabilityObjects } from "../../components/kubernetes/objects/availability-objects";
import { observed } from "../../components/upgrade/observation";
import { planUpgrade } from "../../components/upgrade/plan/plan";
import { valueAt, type Values } from "../../components/upgrade/values";
import { connectLab } from "../lab/lab";
import { cluster, databaseFacts, migration, workload } from "../upgrade/gates/facts";
import { spoken } from "../upgrade/gates/findings";
import {
  agent,
  bundled,
  installIn,
  isPodless,
  judge,
  judgeSecret,
  needed,
  stops,
  stores,
  type Installed,
} from "./adopted";
import { secretValue } from "./helm-installed";

let folder: string;
const install = (tag: string, ...values: ValuesOfBoth): Promise<Installed> =>
  installIn(folder, tag, ...values);
/** What Helm was given, what the stack file says, and other secrets. */
type ValuesOfBoth = [helms: Values, wanted?: Values, changed?: Readonly<Record<string, string>>];

/** An install by plain Helm of the lab's chart against what this program makes of the same values. What it does not prove: that no pod restarts; the end-to-end test does. */
describe("an install of BAMF by Helm", () => {
  beforeAll(async () => {
    const { env } = await connectLab();
    process.env["PATH"] = env["PATH"];
    folder = await mkdtemp(join(tmpdir(), "bamf-adoption-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test.each([
    ["v0.10.0 as shipped, with its autoscalers", "v0.10.0", needed],
    ["v0.10.0 with agents of the chart", "v0.10.0", { ...needed, ...agent }],
    ["v0.10.0 with the stores that the chart bundles", "v0.10.0", { ...needed, core: bundled }],
    ["v0.9.1, whose bridges are at an outpost", "v0.9.1", { ...needed, outpost: { name: "eu" } }],
    [
      "v0.7.0, with a value that later charts do not know",
      "v0.7.0",
      {
        ...needed,
        agent: { preStopSleepSeconds: 5 },
        outpost: { bridge: { bootstrap: { token: "t" } } },
      },
    ],
  ])(
    "%s: every object is taken over, no pod would change, and nothing is left to nobody (B-01, T-34)",
    async (_, tag, values) => {
      const installed = await install(tag, values);
      const { facts, release } = installed;
      expect(stops(judge(installed))).toEqual([]);
      expect(facts.leftOver).toEqual([]);
      const made = judge(installed).filter(({ found }) => /made new/.test(found));
      expect(made.map(({ found }) => found)).toEqual([
        "not in the install, and made new: ConfigMap/bamf-chart",
      ]);
      const changed = judge(installed).filter(({ found }) => /changed in place/.test(found));
      for (const { at, found } of changed) {
        expect(at).toMatch(/^(Deployment|StatefulSet)\//);
        expect(found).toMatch(
          /^differs in ((spec\.(minReadySeconds|strategy|updateStrategy\.rollingUpdate\.partition)|metadata\.annotations\[gateways\/held-at-partition\])(, )?)+, which/,
        );
      }
      const applied = [...(release.appliedConfiguration ?? []), ...release.applied];
      expect(applied.every(isPodless)).toBe(true);
    },
  );

  test("the bridges keep their place of rest and the stores their volumes, and budgets and autoscalers come along", async () => {
    const { release } = await install("v0.10.0", { ...needed, core: bundled });
    const applied = [...(release.appliedConfiguration ?? []), ...release.applied];
    const ofSet = (name: string, ...path: readonly string[]) =>
      applied
        .filter(({ kind, metadata }) => kind === "StatefulSet" && metadata.name === name)
        .map((set) => valueAt(set, ["spec", ...path]));
    expect(ofSet("bamf-bridge", "updateStrategy", "rollingUpdate", "partition")).toEqual([20]);
    expect(ofSet("bamf-postgresql", "volumeClaimTemplates")).toMatchObject([
      [{ metadata: { name: "data" } }],
    ]);
    const kinds = availabilityObjects(release.availability).map(({ kind }) => kind);
    expect(new Set(kinds)).toEqual(new Set(["PodDisruptionBudget", "HorizontalPodAutoscaler"]));
  });

  test("values in the layout of another release are brought into that of the install, which then is the same (T-27)", async () => {
    const core = { ...stores, web: { standalone: true } };
    const outpost = { ...needed, core, outpost: { name: "eu" } };
    const edge = { ...needed, core, edge: { name: "eu" } };
    expect(stops(judge(await install("v0.9.1", outpost, edge)))).toEqual([]);
    expect(stops(judge(await install("v0.10.0", edge, outpost)))).toEqual([]);
    const flat = { ...needed, core: undefined, ...core, bridge: { replicas: 3 } };
    const grouped = { ...outpost, outpost: { bridge: { replicas: 3 } } };
    expect(stops(judge(await install("v0.9.1", grouped, flat)))).toEqual([]);
  });

  test("another number of bridges, another size of a volume and an autoscaler that is left out are refused, each by its path", async () => {
    const fixed = { autoscaling: { enabled: false }, replicas: 3 };
    const three = { ...needed, edge: { bridge: fixed } };
    const two = { ...needed, edge: { bridge: { ...fixed, replicas: 2 } } };
    expect(stops(judge(await install("v0.10.0", three, two)))).toEqual([
      "block StatefulSet/bamf-bridge: spec.replicas is not what the stack file and the chart come to",
    ]);
    const sized = (size: string): Values => ({
      ...needed,
      core: merge(bundled, { postgresql: { bundled: { persistence: { size } } } }),
    });
    expect(stops(judge(await install("v0.10.0", sized("5Gi"), sized("9Gi"))))).toEqual([
      expect.stringMatching(/^block StatefulSet\/bamf-postgresql: spec\.volumeClaimTemplates/),
    ]);
    const none = { ...needed, core: { ...stores, api: { autoscaling: { enabled: false } } } };
    expect(stops(judge(await install("v0.10.0", needed, none)))).toContain(
      "block HorizontalPodAutoscaler/bamf-api: an autoscaler of the install that the stack file does not have",
    );
  });

  test("web pages that the stack file leaves out are named: the workload, its Service and its route", async () => {
    const { facts } = await install("v0.10.0", needed, { ...needed, core: stores });
    expect([...facts.leftOver].sort()).toEqual([
      "Deployment/bamf-web",
      "IngressRoute/bamf-web",
      "Service/bamf-web",
    ]);
  });

  test("the tokens that the chart has drawn have to stay, and are told where they are; their values are shown nowhere (T-22)", async () => {
    const same = await install("v0.10.0", { ...needed, ...agent });
    expect(judgeSecret(same).every(({ verdict }) => verdict !== "block")).toBe(true);
    const { names, lost, added, changed } = same.facts.secret!;
    expect([lost, added, changed]).toEqual([[], [], []]);
    expect([...names].sort()).toEqual([
      "bamf-agent-join-token",
      "bamf-bridge-bootstrap",
      "bamf-database-credentials",
      "bamf-proxy-token",
    ]);
    const other = await install("v0.10.0", needed, needed, {
      BAMF_PROXY_INTERNAL_TOKEN: "made-up",
      BAMF_BRIDGE_BOOTSTRAP_TOKEN: "made-up",
    });
    expect(stops(judgeSecret(other))).toEqual([
      "block gateways:bamfSecrets.BAMF_PROXY_INTERNAL_TOKEN: another value than Secret bamf-proxy-token",
      "block gateways:bamfSecrets.BAMF_BRIDGE_BOOTSTRAP_TOKEN: another value than Secret bamf-bridge-bootstrap",
    ]);
    const drawn = secretValue(other.live, "bamf-proxy-token", "token");
    expect(drawn).toHaveLength(64);
    const all = JSON.stringify([judge(other), judgeSecret(other), other.facts.secret]);
    for (const secret of [drawn, "made-up", "pa55w0rd"]) expect(all).not.toContain(secret);
  });

  test("a Secret of the operator's own stays in use, and nobody is told to delete it", async () => {
    const external = { host: "db.example", existingSecret: "mine" };
    const own = { ...needed, core: { ...stores, postgresql: { external } } };
    const installed = await install("v0.10.0", own);
    expect(installed.facts.secret?.kept).toEqual(["mine"]);
    expect(JSON.stringify(judgeSecret(installed))).not.toContain("mine");
  });

  test("a release that Helm has left half done is refused with the way out, and a Job of its hook that has failed is told (T-37)", async () => {
    const { release, facts } = await install("v0.10.0", needed);
    const records = ["pending-upgrade", "deployed"].map((status, index) => ({
      name: `sh.helm.release.v1.bamf.v${2 - index}`,
      revision: 2 - index,
      status,
    }));
    const left = migration("bamf-migrations-2", "failed", "BackoffLimitExceeded", "migrations");
    const look = cluster({ helmRecords: records, jobs: [left], workloads: [workload()] });
    const plan = planUpgrade({ wanted: "0.10.0", running: ["0.10.0"] });
    const judged = (helmRecords: typeof records) =>
      adoption({
        plan,
        cluster: cluster({ helmRecords, workloads: [workload()] }),
        database: databaseFacts({ migrations: ["c4f5a6b7"] }),
        release: "bamf",
        deployment: release.names.gateway,
        adopted: observed(facts),
        at: "place",
        adoptAt: "gateways:bamf.adopt",
        versionAt: "gateways:bamf.version",
      });
    expect(judged(records)[0]).toMatchObject({
      verdict: "block",
      fix: "see that no helm runs on it any more, and run helm rollback bamf 1 in place; then run this again",
    });
    expect(spoken(judged(records.slice(1)))[0]).toBe(
      "pass Helm release bamf, revision 1: deployed by chart bamf-0.10.0",
    );
    const hook = bamf.migrationHook!(release.names);
    const state = {
      plan,
      cluster: look,
      database: undefined,
      job: "bamf-migrate",
      hook,
      at: "place",
    };
    expect(spoken(migrationState(state))).toEqual([
      "warn Job/bamf-migrations-2: a failed migration: BackoffLimitExceeded, left behind by Helm",
    ]);
  });
});
