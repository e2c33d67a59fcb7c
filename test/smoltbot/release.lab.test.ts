import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { renderSmoltbot, type SmoltbotRelease } from "../../components/smoltbot/release";
import { recordedDefaults } from "../../components/kubernetes/helm/chart-record";
import { fingerprint } from "../../components/upgrade/fingerprint";
import { connectLab } from "../lab/lab";
import { exampleSmoltbot } from "./example";

const chart = { path: join(import.meta.dirname, "../lab/charts/mnemom-gateway") };
const secrets = { SUPABASE_KEY: "hunter2 of the release" };
const render = (changes: Readonly<Record<string, unknown>> = {}, values = secrets) =>
  renderSmoltbot(exampleSmoltbot({ chart, ...changes }), values);

/** What the chart and a stack file come to, with the real Helm. */
describe("a rendered release", () => {
  let release: SmoltbotRelease;
  const workload = (name: string) =>
    release.workloads.find(({ metadata }) => metadata.name.endsWith(name))!;
  const container = (name: string) => workload(name).spec.template.spec.containers[0]!;

  beforeAll(async () => {
    const { env } = await connectLab();
    process.env["PATH"] = env["PATH"];
    release = await render();
  });

  test("runs the wanted image everywhere (T-07)", () => {
    expect(container("-gateway").image).toBe("ghcr.io/mnemom/gateway:1.1.0");
    expect(container("-observer").image).toBe("ghcr.io/mnemom/gateway:1.1.0");
  });

  test("drains the gateway, and gives the observer neither probes nor a port (S-54, T-01)", () => {
    expect(container("-gateway")).toHaveProperty("lifecycle.preStop");
    expect(container("-gateway")).toHaveProperty("readinessProbe");
    expect(container("-observer")).not.toHaveProperty("readinessProbe");
    expect(container("-observer")).not.toHaveProperty("ports");
  });

  test("has its pods take their environment from our own Secret, and holds no secret anywhere (S-26)", () => {
    expect(release.configuration.map(({ kind }) => kind)).not.toContain("Secret");
    expect(JSON.stringify(container("-gateway"))).toContain("smoltbot-mnemom-gateway");
    expect(JSON.stringify(release)).not.toContain("hunter2");
  });

  test("leaves budget, autoscaler and migration to the chapters that have them (S-52, S-53, T-05)", () => {
    const kinds = [...release.configuration, ...release.workloads].map(({ kind }) => kind);
    expect(kinds).not.toContain("PodDisruptionBudget");
    expect(kinds).not.toContain("HorizontalPodAutoscaler");
    expect(release.rendering.hooks.map(({ kind }) => kind)).toEqual(["Pod"]);
  });

  test("is the same for the same stack file, and another for another secret (T-16)", async () => {
    expect((await render()).configHash).toBe(release.configHash);
    expect((await render({}, { SUPABASE_KEY: "rotated" })).configHash).not.toBe(release.configHash);
  });

  test("under an autoscaler declares no number of pods (S-52)", async () => {
    const autoscaling = { minReplicas: 2, maxReplicas: 4, targetCpu: 70 };
    const { workloads } = await render({ availability: { autoscaling } });
    const gateway = workloads.find(({ metadata }) => metadata.name.endsWith("-gateway"));
    expect(gateway?.spec.replicas).toBeUndefined();
  });

  test("surges by as many pods as the stack file says, and gives no old one up before (S-54)", async () => {
    const { workloads } = await render({ rollout: { surge: "100%" } });
    expect(workloads.map(({ spec }) => spec.strategy)).toEqual(
      workloads.map(() => ({
        type: "RollingUpdate",
        rollingUpdate: { maxSurge: "100%", maxUnavailable: 0 },
      })),
    );
  });

  test("keeps the chart's defaults for the next one, as an object that no pod reads and that is no part of the evidence (S-22)", () => {
    const record = release.configuration.find(({ metadata }) => metadata.name.endsWith("-chart"));
    const data = record?.["data"] as Readonly<Record<string, string>>;
    expect(recordedDefaults(data)).toEqual(release.rendering.defaults);
    expect(JSON.stringify(release.workloads)).not.toContain(record?.metadata.name);
    const { configuration, workloads, job, availability, configHash } = release;
    const others = configuration.filter((object) => object !== record);
    expect(configHash).toBe(fingerprint([others, workloads, job, availability]));
  });

  test("whose chart asks by its schema for a value that nobody sets is refused, the value named (S-24)", async () => {
    const strict = await mkdtemp(join(tmpdir(), "chart-"));
    onTestFinished(() => rm(strict, { recursive: true }));
    await cp(chart.path, strict, { recursive: true });
    const schema = { type: "object", required: ["tenant"], properties: { tenant: {} } };
    await writeFile(join(strict, "values.schema.json"), JSON.stringify(schema));
    await expect(render({ chart: { path: strict } })).rejects.toThrow(/tenant/);
    await expect(
      render({ chart: { path: strict }, values: { tenant: "t" } }),
    ).resolves.toBeDefined();
  });

  test("whose chart is not there is refused in Helm's own words", async () => {
    await expect(render({ chart: { path: "/nowhere/chart" } })).rejects.toThrow(/helm .*nowhere/s);
  });

  test("whose chart archive was exchanged is refused with both digests (S-21)", async () => {
    const exchanged = { path: join(chart.path, "Chart.yaml"), sha256: "0".repeat(64) };
    await expect(render({ chart: exchanged })).rejects.toThrow(/has the SHA-256 .*0{64}/);
  });
});
