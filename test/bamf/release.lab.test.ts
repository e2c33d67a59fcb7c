import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rulesOf } from "../../components/bamf/release-rules";
import { renderBamf, type BamfRelease } from "../../components/bamf/release";
import type { Values } from "../../components/upgrade/values";
import { writeBamfChart } from "../lab/bamf/charts";
import { connectLab } from "../lab/lab";
import { exampleBamf, exampleSecrets } from "./example";

const needed: Values = {
  gateway: { hostname: "bamf.example", tunnelDomain: "tunnel.example" },
  core: {
    postgresql: { external: { host: "db.example" } },
    redis: { external: { host: "cache" } },
  },
};
let folder: string;
const render = (
  values: Values = needed,
  changes: Readonly<Record<string, unknown>> = {},
  secrets: Readonly<Record<string, string>> = exampleSecrets,
) =>
  renderBamf(
    exampleBamf({ chart: { path: join(folder, "bamf-{version}") }, values, ...changes }),
    secrets,
  );

/** What the chart and a stack file come to, with the real Helm and the stand-in of the vendor's chart. */
describe("a rendered release of BAMF", () => {
  let release: BamfRelease;
  const container = ({ workloads }: BamfRelease, name: string) =>
    workloads.find(({ metadata }) => metadata.name === name)!.spec.template.spec.containers[0]!;

  beforeAll(async () => {
    const { env } = await connectLab();
    process.env["PATH"] = env["PATH"];
    folder = await mkdtemp(join(tmpdir(), "bamf-charts-"));
    for (const tag of ["v0.6.0", "v0.7.0", "v0.9.1", "v0.10.0", "v0.11.0", "v0.11.3"])
      await writeBamfChart({ tag }, folder);
    release = await render();
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("has API, bridges and proxy by default, each of the wanted release by a tag with v (B-32, T-21, T-33)", () => {
    expect(release.workloads.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      "Deployment/bamf-api",
      "Deployment/bamf-proxy",
      "StatefulSet/bamf-bridge",
    ]);
    for (const { spec } of release.workloads)
      expect(spec.template.spec.containers[0]!.image).toMatch(/:v0\.11\.0$/);
    expect(release.waves?.map(({ name }) => name)).toEqual(["api", "bridges", "proxy-and-web"]);
  });

  test("holds no secret anywhere, and none that the chart has drawn (T-22)", async () => {
    expect(release.configuration.map(({ kind }) => kind)).not.toContain("Secret");
    expect(JSON.stringify(release)).not.toMatch(/pa55w0rd|token-of-the-stack/);
    const inline = { edge: { bridge: { bootstrap: { token: "drawn-by-hand" } } } };
    expect(JSON.stringify((await render({ ...needed, ...inline })).configuration)).not.toContain(
      "drawn-by-hand",
    );
  });

  test("is the same at every render, and another for another token (T-22)", async () => {
    expect((await render()).configHash).toBe(release.configHash);
    const secrets = { ...exampleSecrets, BAMF_PROXY_INTERNAL_TOKEN: "another" };
    const other = await render(needed, {}, secrets);
    const changed = other.workloads.filter(
      (workload, index) => JSON.stringify(workload) !== JSON.stringify(release.workloads[index]),
    );
    expect(changed.map(({ metadata }) => metadata.name)).toEqual(["bamf-api", "bamf-proxy"]);
  });

  test("names what it needs: the database, the token of the proxy and that of the bridges", () => {
    expect([...(rulesOf(release).requiredKeys ?? [])].sort()).toEqual([
      "BAMF_BRIDGE_BOOTSTRAP_TOKEN",
      "BAMF_PROXY_INTERNAL_TOKEN",
      "DATABASE_URL",
    ]);
  });

  test("says sslmode nowhere, with our own URL and with the chart's (T-20)", async () => {
    expect(JSON.stringify(release)).not.toContain("?sslmode");
    const { DATABASE_URL: _, ...others } = exampleSecrets;
    const external = { host: "db.example", existingSecret: "mine" };
    const core = { postgresql: { external }, redis: { external: { host: "cache" } } };
    const theirs = await render({ ...needed, core }, {}, others);
    expect(container(theirs, "bamf-api")["env"]).toContainEqual({
      name: "BAMF_DATABASE_URL",
      value: "postgresql+asyncpg://bamf:$(DATABASE_PASSWORD)@db.example:5432/bamf?ssl=require",
    });
    expect(JSON.stringify(theirs.job)).toContain("bamf?ssl=require");
    expect(rulesOf(theirs).requiredKeys).not.toContain("DATABASE_URL");
  });

  test("leaves the numbers of pods to the chart's autoscalers, whose objects and budgets come with the availability (T-34)", () => {
    const { objects = [] } = release.availability;
    expect(objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`)).toEqual([
      "PodDisruptionBudget/bamf-api",
      "PodDisruptionBudget/bamf-bridge",
      "PodDisruptionBudget/bamf-proxy",
      "HorizontalPodAutoscaler/bamf-api",
      "HorizontalPodAutoscaler/bamf-bridge",
    ]);
    expect(release.workloads.map(({ spec }) => spec.replicas)).toEqual([undefined, 2, undefined]);
  });

  test("gives a bridge its whole grace beside the pause before its end, and tells how long a roll may take (T-23)", () => {
    const bridge = release.workloads.find(({ kind }) => kind === "StatefulSet")!;
    expect(bridge.spec.template.spec["terminationGracePeriodSeconds"]).toBe(1815);
    expect(release.rollSeconds).toEqual({
      "bamf-api": 10 * (120 + 90),
      "bamf-proxy": 2 * (120 + 90),
    });
  });

  test("holds each bridge at its release until its turn, and tells how one is replaced (B-06, B-13, B-17)", async () => {
    const bridge = release.workloads.find(({ kind }) => kind === "StatefulSet")!;
    expect(bridge.spec["updateStrategy"]).toMatchObject({ rollingUpdate: { partition: 20 } });
    const consents = { cut: { release: "0.11.0", reason: "tonight", sessions: 5 } };
    const cutting = await render(needed, { sessions: { policy: "cut" }, consents });
    expect(cutting.waves?.[1]?.oneByOne).toMatchObject({
      sessions: "bamf",
      policy: "cut",
      cut: 5,
      limitSeconds: 1800,
      withinSeconds: 1815 + 90,
    });
  });

  test("takes the schema down by the image of the newer release, and while nothing writes (T-19, B-29)", async () => {
    const old = await render(needed, { version: "0.9.1" });
    const job = JSON.stringify(old.downgradeJob?.("a2b3c4d5", "0.11.0"));
    expect(job).toContain("bamf-api:v0.11.0");
    expect(job).toContain('["alembic","downgrade","a2b3c4d5"]');
    expect(job).toContain('"gateways/release":"0.9.1"');
    expect(old.writers).toEqual(["bamf-api"]);
    expect(old.hops?.wayDown("0.11.0", "0.9.1")).toMatchObject({
      kind: "downgrade",
      revision: "a2b3c4d5",
    });
  });

  test("migrates by a Job of its own that is made of the chart's hook, to the revision of the catalogue (B-04, T-18, T-30)", () => {
    expect(release.rendering?.hooks.map(({ name }) => name)).toEqual(["bamf-migrations-1"]);
    expect(JSON.stringify(release.job)).toContain('["alembic","upgrade","c4f5a6b7"]');
  });

  test.each([
    ["0.6.0", "outpost"],
    ["0.7.0", "outpost"],
    ["0.9.1", "outpost"],
    ["0.10.0", "edge"],
    ["0.11.0", "edge"],
  ])("of %s takes the values of the newest layout under %s (T-27)", async (version, place) => {
    const values = { ...needed, edge: { name: "eu" }, core: { ...(needed["core"] as Values) } };
    const old = await render(values, { version });
    expect(old.values).toHaveProperty(place);
    const env = container(old, "bamf-bridge")["env"];
    expect(JSON.stringify(env)).toContain('"value":"eu"');
  });

  test("of a release without a row takes the layout of the one before it and the newest revision of its image", async () => {
    const unknown = await render({ ...needed, outpost: { name: "eu" } }, { version: "0.11.3" });
    expect(unknown.wanted.layout).toBe("0.11.0");
    expect(JSON.stringify(unknown.job)).toContain('["alembic","upgrade","head"]');
  });

  test("with agents and web pages of the chart has a wave for each, agents last and without a roll for a token (B-07, B-08, B-35)", async () => {
    const more = {
      ...needed,
      core: { ...(needed["core"] as Values), web: { standalone: true } },
      agent: { enabled: true, config: { name: "site" } },
    };
    const whole = await render(more, {}, { ...exampleSecrets, BAMF_JOIN_TOKEN: "join" });
    expect(whole.waves?.map(({ name, workloads }) => [name, ...workloads])).toEqual([
      ["api", "bamf-api"],
      ["bridges", "bamf-bridge"],
      ["proxy-and-web", "bamf-proxy", "bamf-web"],
      ["agents", "bamf-agent"],
    ]);
    const rotated = await render(more, {}, { ...exampleSecrets, BAMF_JOIN_TOKEN: "another" });
    expect(rotated.workloads).toEqual(whole.workloads);
  });

  test("with bundled stores has them before the migration, without the chart's Secret of a password", async () => {
    const bundled = { bundled: { enabled: true }, external: { enabled: false } };
    const { configuration } = await render({
      ...needed,
      core: { postgresql: bundled, redis: bundled },
    });
    const stores = configuration.filter(({ kind }) => kind === "StatefulSet");
    expect(stores.map(({ metadata }) => metadata.name)).toEqual(["bamf-postgresql", "bamf-redis"]);
    expect(JSON.stringify(stores)).toContain('{"name":"bamf","key":"DATABASE_PASSWORD"}');
    expect(JSON.stringify(configuration)).not.toContain('changeme"}');
  });

  test("is rendered without a value that the chart's schema does not know, and tells of it, so that nothing is rolled out (T-27)", async () => {
    const api = { replica: 2 };
    const { check } = await render({ ...needed, core: { ...(needed["core"] as Values), api } });
    expect(JSON.stringify(check)).toContain("replica");
  });

  test("is refused without an API, which has no database to migrate (T-29)", async () => {
    await expect(render({ ...needed, core: { enabled: false } })).rejects.toThrow(
      "gateways:bamf.values.core.enabled: found false",
    );
  });

  test("is taken over without a change to the pods", async () => {
    const { applied } = await render(needed, { adopt: true });
    expect(applied.every((object) => !("template" in (object["spec"] as object)))).toBe(true);
  });
});
