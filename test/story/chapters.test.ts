import { beforeAll, describe, expect, test } from "vitest";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import type { Finding } from "../../components/upgrade/finding";
import { evidence, record, type Registration } from "./recorder";
import { tellStory } from "./tell-story";

const block: Finding = {
  gate: "license-horizon",
  verdict: "block",
  at: "license",
  found: "expired",
  expected: "valid",
  fix: "renew it",
};
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

  test("protect what serves and what holds keys, until the operator consents to the removal", async () => {
    const kept = (all: readonly Registration[]) =>
      all.filter(({ protect }) => protect).map(({ name }) => name);
    expect(kept(seen).sort()).toEqual([
      "smoltbot-deployment-gateway",
      "smoltbot-namespace",
      "smoltbot-secret",
      "smoltbot-service-gateway",
    ]);
    const removable = () => tellStory({ removable: true });
    expect(kept(await record(removable, { stdout: evidence }))).toEqual([]);
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

describe("a way back within a major", () => {
  let seen: readonly Registration[];
  const chapter = (type: string) => seen.find((one) => one.type === `gateways:upgrade:${type}`)!;
  const told = (name: string) => {
    const { environment } = seen.find((one) => one.name === name)!.inputs;
    // With a secret in it all of it is one.
    const { value = environment } = environment as { readonly value?: unknown };
    const { GATEWAYS_STEP = "" } = value as Readonly<Record<string, string>>;
    return JSON.parse(GATEWAYS_STEP) as Readonly<Record<string, unknown>>;
  };

  beforeAll(async () => {
    seen = await record(() => tellStory({ back: true }), { stdout: evidence });
  });

  test("waits for no backup: a dump that is wanted is taken after the rollout, beside the verification (S-48)", () => {
    const before = ["Restore", "Configuration", "Schema", "Rollout", "Verification"];
    for (const type of before) expect(chapter(type).after).not.toContain("smoltbot-backup");
    expect(chapter("Backup").after).toContain("smoltbot-rollout");
    expect(chapter("Configuration").after).toEqual([]);
  });

  test("has the same resources as an upgrade, and tells its steps what it leaves", async () => {
    const names = (all: readonly Registration[]) => all.map(({ name }) => name).sort();
    const forward = await record(() => tellStory(), { stdout: evidence });
    expect(names(seen)).toEqual(names(forward));
    for (const step of ["backup", "schema", "verification"])
      expect(told(`smoltbot-${step}`)).toMatchObject({ cameBack: { from: "1.1.0" } });
    expect(seen.find(({ name }) => name === "smoltbot-backup")?.inputs).toMatchObject({
      triggers: ["1.0.0"],
    });
  });
});

describe("a consent to a restore", () => {
  test("puts the restore after the backup of the newer state, and everything else after it (S-44)", async () => {
    const consented = { release: "1.2.0", dump: "before-2.0.0.dump.zst" };
    const seen = await record(() => tellStory({ consented }), { stdout: evidence });
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

describe("what a restore came to", () => {
  const consented = { release: "1.2.0", dump: "before-2.0.0.dump.zst" };
  const touched = async (consent?: object) => {
    const seen = await record(
      () => tellStory(consent === undefined ? {} : { consented: consent }),
      { stdout: evidence },
    );
    return seen.find(({ name }) => name === "smoltbot-rollout")?.inputs["triggers"];
  };

  test("has the workloads that it stopped started and watched, though none of them is declared anew (S-15, S-44)", async () => {
    const [plain] = (await touched()) as readonly string[];
    const [restored] = (await touched(consented)) as readonly string[];
    expect(restored).toBe([evidence, plain].join(" ").trim());
  });

  test("stays known once it was verified, so that a consent which is taken out asks for nothing (S-44)", async () => {
    const before = { ...(JSON.parse(evidence) as Evidence), restored: evidence };
    const kept = await record(() => tellStory({ history: [before] }), { stdout: evidence });
    const triggers = (name: string) => kept.find((made) => made.name === name)?.inputs["triggers"];
    expect(kept.map(({ name }) => name)).not.toContain("smoltbot-restore");
    expect(triggers("smoltbot-rollout")).toEqual(await touched(consented));
  });
});

describe("a finding that blocks", () => {
  test("lets an up register nothing at all after the preflight", async () => {
    const seen = await record(async () => {
      await expect(tellStory({ findings: [block] })).rejects.toThrow(
        "1 finding stops this upgrade",
      );
    });
    expect(seen.map(({ type }) => type)).toEqual(["gateways:upgrade:Preflight"]);
  });

  test("still lets a preview show everything that would change, and then fails it", async () => {
    const seen = await record(
      async () => {
        await expect(tellStory({ findings: [block] })).rejects.toThrow(
          "nothing was touched: license-horizon",
        );
      },
      { preview: true, stdout: evidence },
    );
    expect(seen.map(({ name }) => name)).toContain("smoltbot-verification");
  });
});

describe("an install by Helm that is adopted", () => {
  test("is handed over before it is watched, and its pods are ignored; without it there is no such step", async () => {
    const adoption = { namespace: "smoltbot", release: "smoltbot", objects: [] };
    const seen = await record(() => tellStory({ adoption }), { stdout: evidence });
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
