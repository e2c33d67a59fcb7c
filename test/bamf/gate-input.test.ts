import { afterEach, describe, expect, test, vi } from "vitest";
import { observed } from "../../components/upgrade/observation";
import { cluster } from "../upgrade/gates/facts";
import { ask, evidence, pod, rendering, saidBy, workload } from "./ask-gates";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What it does not prove: that the verdicts are right; the tests of each gate do. */
test("each gate of BAMF answers, at a place that an operator finds, and shows no secret", async () => {
  const { findings, own } = await ask({ edge: { name: "eu" } });
  expect(own).toEqual([
    "pass values-layout: gateways:bamf.values",
    "pass values-schema: gateways:bamf.values",
    "pass chart-release: gateways:bamf.chart",
    "pass version-skew: context prod, namespace bamf",
    "pass behaviour-changes: gateways:bamf.version",
    "pass schema-head: database bamf",
    "pass database-url: gateways:bamf.values",
    "pass drawn-secrets: gateways:bamf.values",
    "pass certificates: context prod, namespace bamf",
    "pass web-pods: Deployment/bamf-web",
    "pass autoscalers: context prod",
    "pass bridge-room: StatefulSet/bamf-bridge",
    "warn bridge-roll: gateways:bamf.sessions",
    "pass agent-roll: gateways:bamf.sessions",
    "warn time-limits: gateways:bamf.version",
  ]);
  expect(JSON.stringify(findings)).not.toMatch(/pa55w0rd|token-of-the-stack/);
});

test("values of an older layout, and one that the chart does not know, are told by the names of the file (T-27)", async () => {
  const { own } = await ask({ outpost: { name: "eu" }, typo: 1 });
  expect(own.slice(0, 3)).toEqual([
    "warn values-layout: gateways:bamf.values.outpost",
    "block values-schema: gateways:bamf.values.typo",
    "pass chart-release: gateways:bamf.chart",
  ]);
});

test("the room of a bridge is that of the chart unless the values say another (B-16)", async () => {
  const full = observed([
    { name: "bamf-bridge-0", ready: true, tunnels: { open: 40, pinned: 0 } },
    { name: "bamf-bridge-1", ready: true, tunnels: { open: 40, pinned: 0 } },
  ]);
  const room = ({ own }: Awaited<ReturnType<typeof ask>>) => own.at(-4);
  expect(room(await ask({}, { seen: full }))).toBe("block bridge-room: StatefulSet/bamf-bridge");
  const more = { outpost: { bridge: { autoscaling: { targetTunnelsPerPod: 100 } } } };
  expect(room(await ask(more, { seen: full }))).toBe("pass bridge-room: StatefulSet/bamf-bridge");
});

describe("fewer agents than run (T-25)", () => {
  const agent = workload("Deployment", "agent", "v0.11.0");
  const live = (replicas: number) => ({
    ...{ key: "apps/v1/Deployment/bamf/bamf-agent", helmRelease: "", managers: [], owners: [] },
    content: { ...agent, spec: { replicas } },
  });
  const found = async (replicas: number, running = ["0.10.0"], verified = "0.10.0") =>
    saidBy(
      "agent-roll",
      await ask(
        {},
        {
          agents: { replicas, agents: [{ name: "bamf-agent-a", tunnels: 1 }] },
          rendering: { ...rendering, objects: [...rendering.objects, agent] },
          facts: {
            own: observed({ ...evidence, version: verified }),
            cluster: cluster({
              workloads: [],
              live: [live(replicas)],
              pods: running.map((version) => pod("api", `bamf-api-${version}`, version)),
            }),
          },
        },
      ),
    ).join();
  const stopped = "Deployment/bamf-agent: at most 2 agents declared, and 3";

  test("are told by their live number", async () => {
    expect(await found(3)).toContain(`block ${stopped}`);
    expect(await found(2)).not.toContain("block");
  });

  test("are stopped also where a run that was cut off is gone on with: the number may be new, and the same up goes on with the old one", async () => {
    expect(await found(3, ["0.10.0", "0.11.0"])).toContain(`block ${stopped}`);
  });

  test("are told only on the way back", async () => {
    expect(await found(3, ["0.12.0"], "0.12.0")).toContain(`warn ${stopped}`);
  });
});

test("agents that are switched off in the values are told with the tunnels through them, since they go with their Deployment (T-25, T-39)", async () => {
  const found = async (replicas: number | undefined) => {
    const agents = { replicas, agents: [{ name: "bamf-agent-a", tunnels: 7 }] };
    return saidBy("agent-roll", await ask({ agent: { enabled: false } }, { agents })).join();
  };
  expect(await found(2)).toContain(
    "block Deployment/bamf-agent: no agent declared, and 2 run: Kubernetes stops all of them at once, whatever runs through it: 7 tunnels now",
  );
  expect(await found(undefined)).not.toContain("block");
});

test("an adoption rolls no bridge: nothing is said of sessions, nor of a time that the roll may take", async () => {
  const { own } = await ask({}, { bamf: { adopt: true }, facts: { own: observed(undefined) } });
  expect(own.slice(-3)).toEqual([
    "pass bridge-roll: gateways:bamf.sessions",
    "pass agent-roll: gateways:bamf.sessions",
    "pass time-limits: gateways:bamf.version",
  ]);
});
