import { describe, expect, test } from "vitest";
import { gatewayTasks } from "../../../components/kubernetes/gateway/gateway-target";
import type { SmoltbotGateway } from "../../../components/smoltbot/config";
import { smoltbot } from "../../../components/smoltbot/product";
import { exampleSmoltbot } from "../../smoltbot/example";
import { release } from "./wanted-release";

describe("a release whose Deployments change in waves", () => {
  const deployment = (name: string) => ({
    apiVersion: "apps/v1",
    kind: "Deployment" as const,
    metadata: { name },
    spec: {
      template: { spec: { containers: [{ name, image: `registry.example/${name}:1.1.0` }] } },
    },
  });
  const workloads = [deployment("api"), deployment("bridge"), deployment("web")];
  const waves = [
    { name: "api", workloads: ["api"], verified: true },
    { name: "rest", workloads: ["bridge", "web"] },
  ];
  const config: SmoltbotGateway = { name: "smoltbot", settings: exampleSmoltbot(), secrets: {} };
  const tasks = gatewayTasks(
    { product: smoltbot, config, release: { ...release, workloads, applied: workloads, waves } },
    { stack: "prod", known: { stack: "prod", context: "lab" } },
  );

  test("has each wave watch its own, and verified where it says so", () => {
    const [api, rest] = tasks.waves;
    expect(api?.watch.input.deployments.map(({ name }) => name)).toEqual(["api"]);
    expect(api?.verify?.input.workloads.map(({ name }) => name)).toEqual(["api"]);
    expect(rest?.watch.input.deployments.map(({ name }) => name)).toEqual(["bridge", "web"]);
    expect(rest?.workloads.map(({ metadata }) => metadata.name)).toEqual(["bridge", "web"]);
    expect(rest?.verify).toBeUndefined();
  });

  test("hands the policy of a wave to its StatefulSets, which steps name by their kind (B-06)", () => {
    const oneByOne = { withinSeconds: 600 };
    const bridge = { ...deployment("bridge"), kind: "StatefulSet" as const };
    const all = [bridge, deployment("web")];
    const bridges = { name: "bridges", workloads: ["bridge", "web"], oneByOne };
    const { waves: made, verification } = gatewayTasks(
      {
        product: smoltbot,
        config,
        release: { ...release, workloads: all, applied: all, waves: [bridges] },
      },
      { stack: "prod", known: { stack: "prod", context: "lab" } },
    );
    expect(made[0]?.watch.input.deployments.map(({ name, oneByOne }) => [name, oneByOne])).toEqual([
      ["StatefulSet/bridge", oneByOne],
      ["web", undefined],
    ]);
    expect(verification.input.workloads.map(({ name }) => name)).toEqual([
      "StatefulSet/bridge",
      "web",
    ]);
  });

  test("holds its Deployments before they are touched, anew whenever what is applied changes, and their pods take turns", () => {
    const oneByOne = { withinSeconds: 600 };
    const wave = { name: "web", workloads: ["web"], held: true, oneByOne };
    const held = (applied: typeof workloads) => {
      const parts = { product: smoltbot, config, release: { ...release, workloads, applied } };
      const { waves: made } = gatewayTasks(
        { ...parts, release: { ...parts.release, waves: [wave] } },
        { stack: "prod", known: { stack: "prod", context: "lab" } },
      );
      return made[0];
    };
    const before = (applied: typeof workloads) => held(applied)?.before;
    expect(before(workloads)?.input).toMatchObject({ workloads: ["web"] });
    expect(held(workloads)?.watch.input.deployments[0]?.oneByOne).toEqual(oneByOne);
    const other = { ...deployment("web"), metadata: { name: "web", labels: { a: "b" } } };
    expect(before([other])?.triggers).not.toEqual(before(workloads)?.triggers);
    expect(tasks.waves.every((made) => made.before === undefined)).toBe(true);
  });

  test("ends no session and gives no instance its turn while an install is adopted: none is replaced", () => {
    const adopted = { ...config, settings: exampleSmoltbot({ adopt: true }) };
    const bridge = { ...deployment("bridge"), kind: "StatefulSet" as const };
    const all = [bridge, deployment("web")];
    const policy = { oneByOne: { withinSeconds: 600 } };
    const endSessions = { sessions: "tunnels", limitSeconds: 60 };
    const own = [
      { name: "bridges", workloads: ["bridge"], ...policy },
      { name: "web", workloads: ["web"], endSessions },
    ];
    const { waves: made } = gatewayTasks(
      {
        product: smoltbot,
        config: adopted,
        release: { ...release, workloads: all, applied: all, waves: own },
      },
      { stack: "prod", known: { stack: "prod", context: "lab" } },
    );
    expect(made.map(({ before }) => before)).toEqual([undefined, undefined]);
    expect(made[0]?.watch.input.deployments).toMatchObject([{ name: "StatefulSet/bridge" }]);
    expect(JSON.stringify(made)).not.toContain("oneByOne");
    expect(made.every(({ adoption }) => adoption !== undefined)).toBe(true);
  });

  test("is verified as a whole at its end", () => {
    const verified = tasks.verification.input.workloads.map(({ name }) => name);
    expect(verified).toEqual(["api", "bridge", "web"]);
  });
});
