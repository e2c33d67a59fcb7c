import { beforeAll, describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../components/kubernetes/object";
import type { AdoptionInput } from "../../components/steps/adoption/adoption";
import type { Finding } from "../../components/upgrade/finding";
import { planUpgrade } from "../../components/upgrade/plan";
import { record, type Registration } from "./recorder";

const object = (kind: string, name: string, apiVersion = "v1"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: "smoltbot" },
  spec: {},
});
const block: Finding = {
  gate: "license-horizon",
  verdict: "block",
  at: "license",
  found: "expired",
  expected: "valid",
  fix: "renew it",
};
const evidence = JSON.stringify({
  version: "1.1.0",
  digests: {},
  configHash: "hash",
  schemaHead: "",
  verifiedAt: "2026-01-01T00:00:00Z",
  probes: { sent: 1, failed: 0 },
  restarts: 0,
});
const secrets = { SUPABASE_KEY: "hunter2" };

/** What the chapter's step is told; these tests need none of it. */
type Input<Chapter extends new (name: string, args: never) => unknown> =
  ConstructorParameters<Chapter>[1] extends { readonly input: infer T } ? T : never;

async function tellStory(
  findings: readonly Finding[] = [],
  consented?: object,
  adoption?: AdoptionInput,
): Promise<void> {
  const { Availability } = await import("../../components/upgrade/availability");
  const { Backup } = await import("../../components/upgrade/backup");
  const { Configuration } = await import("../../components/upgrade/configuration");
  const { Preflight, letOn, conclude } = await import("../../components/upgrade/preflight");
  const { Restore } = await import("../../components/upgrade/restore");
  const { Rollout } = await import("../../components/upgrade/rollout");
  const { Schema } = await import("../../components/upgrade/schema");
  const { Verification } = await import("../../components/upgrade/verification");
  const plan = planUpgrade({ wanted: "1.1.0", verified: "1.0.0", running: ["1.0.0"] });
  const preflight = new Preflight("smoltbot", { plan, findings });
  letOn([preflight]);
  const backup = new Backup("smoltbot", {
    after: preflight,
    input: { release: "1.1.0" } as Input<typeof Backup>,
    secrets: { DATABASE_URL: "postgresql://u:hunter2@db/x" },
  });
  const restore = new Restore("smoltbot", {
    after: backup,
    input: consented as Input<typeof Restore>,
    secrets: {},
  });
  const configuration = new Configuration("smoltbot", {
    after: restore,
    namespace: "smoltbot",
    secret: { name: "gateway", values: secrets },
    objects: [object("ConfigMap", "gateway"), object("Service", "gateway")],
  });
  const schema = new Schema("smoltbot", {
    after: configuration,
    job: object("Job", "migrate", "batch/v1"),
    input: {} as Input<typeof Schema>,
    secrets: {},
  });
  const availability = new Availability("smoltbot", {
    after: configuration,
    workload: "gateway",
    namespace: "smoltbot",
    labels: {},
    selector: {},
    minAvailable: 1,
    autoscaling: { minReplicas: 2, maxReplicas: 4, targetCpu: 70 },
  });
  const rollout = new Rollout("smoltbot", {
    after: schema,
    guardedBy: availability,
    workloads: [object("Deployment", "gateway", "apps/v1")],
    input: {} as Input<typeof Rollout>,
    secrets: { REDACT: '["hunter2"]' },
    adoption,
  });
  new Verification("smoltbot", {
    after: rollout,
    input: { wayBack: "revert" } as Input<typeof Verification>,
    secrets: {},
  });
  conclude([preflight]);
}

describe("the chapters of an upgrade", () => {
  let seen: readonly Registration[];
  const called = (name: string) => seen.find((one) => one.name === name)!;

  beforeAll(async () => {
    seen = await record(() => tellStory(), { stdout: evidence });
  });

  test("own exactly the work of the story", () => {
    const work = seen.filter(({ parent }) => parent === "smoltbot");
    expect(new Set(work.map(({ name }) => name))).toEqual(
      new Set([
        "smoltbot-backup",
        "smoltbot-namespace",
        "smoltbot-secret",
        "smoltbot-configmap-gateway",
        "smoltbot-service-gateway",
        "smoltbot-migration",
        "smoltbot-poddisruptionbudget-gateway",
        "smoltbot-horizontalpodautoscaler-gateway",
        "smoltbot-schema",
        "smoltbot-deployment-gateway",
        "smoltbot-rollout",
        "smoltbot-verification",
      ]),
    );
  });

  test("wait for one another: no migration without the backup, no rollout without the migration (S-02, S-13, S-27)", () => {
    const chapter = (type: string) => seen.find((one) => one.type === `gateways:upgrade:${type}`)!;
    expect(chapter("Configuration").after).toContain("smoltbot-backup");
    expect(chapter("Schema").after).toContain("smoltbot-configmap-gateway");
    expect(chapter("Rollout").after).toEqual(
      expect.arrayContaining(["smoltbot-schema", "smoltbot-poddisruptionbudget-gateway"]),
    );
    expect(chapter("Verification").after).toContain("smoltbot-rollout");
  });

  test("watch with steps of their own what the provider would wait 600 s for", () => {
    const skips = ["smoltbot-deployment-gateway", "smoltbot-migration", "smoltbot-service-gateway"];
    for (const name of skips) {
      expect(called(name).inputs).toMatchObject({
        metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
      });
    }
  });

  test("claim what they declare, so that fields which a killed run has left behind can be changed (law 2)", () => {
    const objects = seen.filter(
      ({ type, name }) => type.startsWith("kubernetes:") && name !== "smoltbot-namespace",
    );
    expect(objects.length).toBeGreaterThan(6);
    for (const { inputs } of objects) {
      expect(inputs).toMatchObject({
        metadata: { annotations: { "pulumi.com/patchForce": "true" } },
      });
    }
  });

  test("protect the namespace and the Secret from a planned replacement", () => {
    expect(seen.filter(({ protect }) => protect).map(({ name }) => name)).toEqual([
      "smoltbot-namespace",
      "smoltbot-secret",
    ]);
  });

  test("hand secrets over as secrets only, never as a command line or as a step's input", () => {
    const { environment, ...rest } = called("smoltbot-backup").inputs;
    expect(JSON.stringify(rest)).not.toContain("hunter2");
    // The signature of a secret, and what it covers.
    const { value } = environment as { readonly value: Readonly<Record<string, string>> };
    expect(value["DATABASE_URL"]).toContain("hunter2");
    expect(value["GATEWAYS_STEP"]).not.toContain("hunter2");
  });

  test("tell the rollout, which reads what pods say, what it must hide (law 6)", () => {
    const { environment } = called("smoltbot-rollout").inputs;
    expect(JSON.stringify(environment)).toContain("REDACT");
  });
});

describe("a consent to a restore", () => {
  test("puts the restore after the backup of the newer state, and everything else after it (S-44)", async () => {
    const consented = { release: "1.2.0", dump: "before-2.0.0.dump.zst" };
    const seen = await record(() => tellStory([], consented), { stdout: evidence });
    const named = (name: string) => seen.find((one) => one.name === name)!;
    const chapter = (type: string) => seen.find((one) => one.type === `gateways:upgrade:${type}`)!;
    expect(chapter("Restore").after).toContain("smoltbot-backup");
    expect(chapter("Configuration").after).toEqual(
      expect.arrayContaining(["smoltbot-backup", "smoltbot-restore"]),
    );
    expect(named("smoltbot-restore").inputs).toMatchObject({
      triggers: ["1.2.0", "before-2.0.0.dump.zst"],
    });
  });
});

describe("a finding that blocks", () => {
  test("lets an up register nothing at all after the preflight", async () => {
    const seen = await record(async () => {
      await expect(tellStory([block])).rejects.toThrow("1 finding stops this upgrade");
    });
    expect(seen.map(({ type }) => type)).toEqual(["gateways:upgrade:Preflight"]);
  });

  test("still lets a preview show everything that would change, and then fails it", async () => {
    const seen = await record(
      async () => {
        await expect(tellStory([block])).rejects.toThrow("nothing was touched: license-horizon");
      },
      { preview: true, stdout: evidence },
    );
    expect(seen.map(({ name }) => name)).toContain("smoltbot-verification");
  });
});

describe("an install by Helm that is adopted", () => {
  test("is handed over before it is watched, and its pods are ignored; without it there is no such step", async () => {
    const adoption = { namespace: "smoltbot", release: "smoltbot", objects: [] };
    const seen = await record(() => tellStory([], undefined, adoption), { stdout: evidence });
    const called = (name: string) => seen.find((one) => one.name === name);
    expect(called("smoltbot-adoption")?.after).toContain("smoltbot-deployment-gateway");
    expect(called("smoltbot-rollout")?.after).toContain("smoltbot-adoption");
    expect(JSON.stringify(called("smoltbot-adoption")?.inputs)).toContain("REDACT");
    expect(called("smoltbot-deployment-gateway")?.ignored).toEqual(["spec.template"]);
    const plain = await record(() => tellStory(), { stdout: evidence });
    expect(plain.map(({ name }) => name)).not.toContain("smoltbot-adoption");
    expect(plain.flatMap(({ ignored }) => ignored)).toEqual(["spec.suspend"]);
  });
});
