import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runVerification } from "../../components/steps/verification";
import { verificationInputSchema } from "../../components/steps/verification-input";
import type { Evidence } from "../../components/upgrade/evidence/evidence";
import type { Overrides } from "../lab/engine/stack-file";
import { makeInstalledStage, type Stage } from "./stage";

const GOOD = "1.2.0";
const CLOSED = "http://127.0.0.1:9";

/** One gateway at 1.2.0, watched by the lab's Prometheus; every test leaves it there again, verified. */
describe("a gateway whose Prometheus is in the stack file", () => {
  let stage: Stage;
  const configure = (version: string, verify: Overrides, values: Overrides = {}) => {
    const prometheus = { url: stage.lab.prometheusUrl };
    return stage.project.configure("prod", {
      "gateways:smoltbot": {
        version,
        values,
        verify: { seconds: 8, requests: 40, prometheus, ...verify },
      },
    });
  };
  const up = async (...wanted: Parameters<typeof configure>) => {
    await configure(...wanted);
    return stage.project.up("prod");
  };
  const evidence = async (): Promise<Evidence> =>
    (await stage.project.outputs("prod"))["smoltbotEvidence"] as Evidence;

  beforeAll(async () => {
    stage = await makeInstalledStage("1.0.0");
  });
  afterAll(() => stage.clear());

  test("takes a good release, it is verified by what Prometheus has counted, with the share before beside it (S-49)", async () => {
    const load = await stage.load("prod");
    const done = await up(GOOD, {});
    await load.stop();
    expect(done.exitCode, done.all).toBe(0);
    expect(done.all).toMatch(
      /traffic: good, 0 of \d+ answers with status 5xx, counted by Prometheus/,
    );
    expect(done.all).toMatch(/before this release, in 60 min: \d+ of \d+ answers/);
    const { traffic } = await evidence();
    expect(traffic).toMatchObject({ verdict: "good", source: "prometheus", errors: 0 });
    expect(traffic?.requests).toBeGreaterThan(40);
    expect(traffic?.before?.requests).toBeGreaterThan(0);
  });

  test("takes a release that answers one in five with 500, it fails long before the window ends, and says what was before (S-49, T-15)", async () => {
    const load = await stage.load("prod");
    const failed = await up("1.2.1", { seconds: 300, requests: 300 });
    await load.stop();
    expect(failed.exitCode).not.toBe(0);
    expect(failed.all).toMatch(
      /\d+ of \d+ answers with status 5xx,( known of \d of \d pods,)? counted by (Prometheus|the pods' own \/metrics).*at most 1 % allowed \(before this release/,
    );
    // The watch is 300 s long: a run that sat it out takes more than that, however fast the machine.
    expect(failed.seconds).toBeLessThan(300);
    expect((await evidence()).version).toBe(GOOD);
    const healed = await up(GOOD, {});
    expect(healed.exitCode, healed.all).toBe(0);
  });

  test("does not scrape it, the preflight warns, the pods judge, and that is said (S-49)", async () => {
    const elsewhere = { matchers: { cluster: "elsewhere" } };
    const prometheus = { url: stage.lab.prometheusUrl, ...elsewhere };
    const done = await up(GOOD, { prometheus });
    expect(done.exitCode, done.all).toBe(0);
    expect(done.all).toMatch(/it does not scrape smoltbot-mnemom-gateway-gateway-/);
    expect(done.all).toMatch(
      /counted by the pods' own \/metrics; no data from Prometheus: it scrapes none of these pods/,
    );
    expect((await evidence()).traffic).toMatchObject({ verdict: "good", source: "pods" });
  });

  test("cannot be asked, preview and up warn and go on, and the pods judge (S-49)", async () => {
    const done = await up(GOOD, { prometheus: { url: CLOSED } });
    expect(done.exitCode, done.all).toBe(0);
    expect(done.all).toMatch(/Prometheus could not be asked: .* by 127\.0\.0\.1:9/);
    expect((await evidence()).traffic).toMatchObject({ verdict: "good", source: "pods" });
  });

  test("is silent like its pods, that is said in so many words, and the requests of the verification are the judge (S-49)", async () => {
    const { workload, container, image, namespace } = await gatewayOf(stage);
    const said: string[] = [];
    const task = verificationInputSchema.parse({
      kubeconfig: stage.lab.kubeconfig,
      context: stage.lab.context,
      namespace,
      release: GOOD,
      configHash: "none",
      wayBack: "go back",
      workloads: [{ name: workload, container, image, http: true }],
      service: { name: "smoltbot-mnemom-gateway", port: 8787 },
      requestsMetric: "absent_total",
      prometheus: { url: stage.lab.prometheusUrl },
      seconds: 3,
    });
    const { traffic, probes } = await runVerification(task, {
      env: {},
      say: (line) => said.push(line),
    });
    expect(traffic).toEqual({ verdict: "no data", source: "none", requests: 0, errors: 0 });
    expect(probes).toEqual({ sent: 20, failed: 0 });
    expect(said).toContainEqual(
      "traffic: no data; the release is judged by the requests of this verification alone (no data from Prometheus: no request was counted; no data from the pods' own /metrics: no request was counted)",
    );
  });

  test("gives its pods a name for their version, each says it, and the release is verified (T-10, T-11)", async () => {
    const done = await up(GOOD, {}, { config: { GATEWAY_VERSION: "edge-1" } });
    expect(done.exitCode, done.all).toBe(0);
    const { image } = await gatewayOf(stage);
    expect(image).toBe(`ghcr.io/mnemom/gateway:${GOOD}`);
  });
});

async function gatewayOf(stage: Stage) {
  const workload = "smoltbot-mnemom-gateway-gateway";
  const found = await stage
    .eyes("prod")
    .object<V1Deployment & KubernetesObject>("Deployment", workload);
  const container = found?.spec?.template.spec?.containers[0];
  return {
    workload,
    container: container?.name ?? "",
    image: container?.image ?? "",
    namespace: stage.namespace("prod"),
  };
}
