import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { NO_DATA } from "../../components/gateway/look-at-data";
import type { KubernetesFacts } from "../../components/kubernetes/facts/cluster-facts";
import { observed, unavailable } from "../../components/upgrade/observation";
import { echo } from "./echo";
import { evidence, record, type Registration } from "./recorder";

vi.mock(import("../../components/products"), () => ({ products: [echo] as const }));
vi.mock(import("../../components/kubernetes/gateway/look-at-gateway"), () => ({
  lookAtGateway: () =>
    Promise.resolve<KubernetesFacts>({
      now: 0,
      cluster: unavailable("this cluster is in memory"),
      adoption: undefined,
      images: {},
      ...NO_DATA,
      own: observed(undefined),
      staging: undefined,
    }),
}));

describe("a product of one Deployment, without a database", () => {
  let seen: readonly Registration[];
  const named = (name: string) => seen.find((one) => one.name === name);

  beforeAll(async () => {
    // Files share what they have loaded: this one needs the program with another list of products.
    vi.resetModules();
    const { default: program } = await import("../../index");
    pulumi.runtime.setAllConfig({
      "gateways:echo": JSON.stringify({
        version: "1.1.0",
        kubernetes: { context: "lab", namespace: "echo", release: "echo" },
      }),
      "gateways:echoSecrets": JSON.stringify({ GREETING: "hello" }),
    });
    seen = await record(() => program(), { stdout: evidence });
  });
  afterAll(() => {
    pulumi.runtime.setAllConfig({});
    vi.resetModules();
  });

  test("goes through all chapters, and has nothing in those that it has no use for", () => {
    const chapters = seen.filter(({ type }) => type.startsWith("gateways:upgrade:"));
    expect(chapters).toHaveLength(8);
    const work = seen.map(({ name }) => name).filter((name) => name.startsWith("echo-"));
    expect(work.sort()).toEqual([
      "echo-deployment-echo",
      "echo-namespace",
      "echo-poddisruptionbudget-echo",
      "echo-rollout",
      "echo-secret",
      "echo-service-echo",
      "echo-verification",
    ]);
  });

  test("is rolled out after its configuration, though there is neither backup nor schema between them", () => {
    const rollout = seen.find(({ type }) => type === "gateways:upgrade:Rollout");
    expect(rollout?.after).toEqual(
      expect.arrayContaining(["echo-secret", "echo-poddisruptionbudget-echo"]),
    );
    expect(named("echo-rollout")?.after).toEqual(["echo-deployment-echo"]);
  });

  test("is watched and verified by its own port, path and counter", () => {
    const told = (name: string) => JSON.stringify(named(name)?.inputs["environment"]);
    expect(told("echo-rollout")).toContain("/ready");
    expect(told("echo-verification")).toContain("echo_requests_total");
    expect(told("echo-verification")).toContain("change gateways:echo.version");
    expect(told("echo-verification")).not.toContain("migration");
  });
});
