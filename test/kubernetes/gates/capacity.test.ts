import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  together,
  type Demand,
  type PodDemand,
} from "../../../components/kubernetes/objects/demand";
import type { NodeFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { capacity } from "../../../components/kubernetes/gates/capacity";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster, node } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const at = "staging";
const mebibyte = 1024 ** 2;
const pod = (cpu: number, mebibytes: number): PodDemand => ({
  name: "a pod of gateway",
  requests: { cpu, memory: mebibytes * mebibyte },
  containers: [],
  removed: false,
  growth: false,
});
const say = (pods: readonly PodDemand[], nodes: readonly NodeFacts[] = [node()]) =>
  spoken(
    capacity({
      cluster: cluster({ nodes }),
      demands: [{ chapter: "rollout", gateways: ["smoltbot"], pods }],
      at,
    }),
  );
const room = (count: number) => [
  `pass ${at}: room for ${count} more ${count === 1 ? "pod" : "pods"} of the rollout`,
];
const refusal = (left: string) => [
  `block ${at}: no node for a pod of gateway in the rollout: ${left}`,
];

test("where the cluster adds nodes on demand, a pod without a node is told and waited for (S-05)", () => {
  const demands = [{ chapter: "rollout" as const, gateways: ["smoltbot"], pods: [pod(1001, 10)] }];
  const findings = capacity({
    cluster: cluster({ nodes: [node()] }),
    demands,
    onDemandSeconds: 300,
    at,
  });
  expect(spoken(findings)).toEqual([
    `warn ${at}: no node for a pod of gateway in the rollout: the roomiest node, one, has 1000m CPU and 1024 MiB memory left; a node that the cluster adds is waited for, up to 300 seconds per pod`,
  ]);
  const enough = { cluster: cluster({ nodes: [node()] }), onDemandSeconds: 300, at };
  expect(
    spoken(capacity({ ...enough, demands: [{ ...demands[0]!, pods: [pod(10, 10)] }] })),
  ).toEqual(room(1));
});

test("a pod that just fits passes (S-05)", () => {
  expect(say([pod(1000, 1024)])).toEqual(room(1));
});

test("a millicore too much is refused, with what is left (S-05)", () => {
  expect(say([pod(1001, 10)])).toEqual(
    refusal("the roomiest node, one, has 1000m CPU and 1024 MiB memory left"),
  );
});

test("what runs already counts, and pods count together (S-05)", () => {
  const busy = node({ requested: { cpu: 500, memory: 512 * mebibyte } });
  expect(say([pod(300, 256), pod(300, 256)], [busy])).toEqual(
    refusal("the roomiest node, one, has 200m CPU and 256 MiB memory left"),
  );
  expect(say([pod(300, 256), pod(300, 256)], [busy, node({ name: "two" })])).toEqual(room(2));
});

test("the largest pod is placed first, each where it leaves least, so that both fit (S-05)", () => {
  const small = node({ name: "small", allocatable: { cpu: 200, memory: 256 * mebibyte } });
  expect(say([pod(100, 256), pod(1000, 1024)], [node(), small])).toEqual(room(2));
});

test("a pod that fits two nodes leaves the roomier one to the next, whichever is listed first (S-05)", () => {
  const small = node({ name: "small", allocatable: { cpu: 200, memory: 256 * mebibyte } });
  const pods = [pod(100, 256), pod(950, 200)];
  expect(say(pods, [node(), small])).toEqual(room(2));
  expect(say(pods, [small, node()])).toEqual(room(2));
});

test("the roomiest node has the most memory, and of two alike the most CPU (S-05)", () => {
  const others = [
    node({ name: "small", allocatable: { cpu: 2000, memory: 256 * mebibyte } }),
    node({ name: "slow", allocatable: { cpu: 200, memory: 1024 * mebibyte } }),
  ];
  const left = refusal("the roomiest node, one, has 1000m CPU and 1024 MiB memory left");
  expect(say([pod(1, 2000)], [...others, node()])).toEqual(left);
  expect(say([pod(1, 2000)], [node(), ...others])).toEqual(left);
});

test("cordoned nodes and nodes that are down take no pod (S-05)", () => {
  expect(say([pod(1, 1)], [node({ ready: false }), node({ schedulable: false })])).toEqual(
    refusal("no node takes pods"),
  );
});

test("a chapter without pods passes (S-05)", () => {
  expect(say([])).toEqual(room(0));
});

describe("gateways that are rolled out side by side", () => {
  const of = (gateway: string, ...pods: readonly PodDemand[]): Demand => ({
    chapter: "rollout",
    gateways: [gateway],
    pods,
  });
  const ask = (...demands: readonly Demand[]) =>
    spoken(
      capacity({
        cluster: cluster({ nodes: [node()] }),
        demands: [together("rollout", demands)],
        at,
      }),
    );

  test("are refused by name where each would fit alone and all of them do not (S-05)", () => {
    expect(say([pod(600, 100)])).toEqual(room(1));
    expect(ask(of("east", pod(600, 100)), of("west", pod(600, 100)))).toEqual([
      `block ${at}: no node for a pod of gateway of west in the rollout of east and west: the roomiest node, one, has 400m CPU and 924 MiB memory left`,
    ]);
  });

  test("pass where all of them fit, and of many the first few are named (S-05)", () => {
    expect(ask(of("east", pod(500, 100)), of("west", pod(500, 100)))).toEqual([
      `pass ${at}: room for 2 more pods of the rollout of east and west`,
    ]);
    const many = ["a", "b", "c", "d", "e", "f", "g"].map((name) => of(name, pod(1, 1)));
    expect(ask(...many)).toEqual([
      `pass ${at}: room for 7 more pods of the rollout of a, b, c, d, e and 2 more gateways`,
    ]);
  });
});

test("nodes that could not be seen are unknown, with the reason (S-05)", () => {
  expect(spoken(capacity({ cluster: unavailable("forbidden"), demands: [], at }))).toEqual([
    `unknown ${at}: no look at the nodes: forbidden`,
  ]);
});

test("whatever passes fits into the sum of what is free, and the order of pods does not matter (S-05)", () => {
  const pods = fc.array(fc.tuple(fc.nat(1200), fc.nat(1200)), { maxLength: 6 });
  fc.assert(
    fc.property(pods, fc.integer({ min: 1, max: 4 }), (sizes, count) => {
      const nodes = Array.from({ length: count }, (_, index) => node({ name: `n${index}` }));
      const wanted = sizes.map(([cpu, memory]) => pod(cpu, memory));
      const [answer] = say(wanted, nodes);
      expect(say([...wanted].reverse(), nodes)).toEqual([answer]);
      if (answer?.startsWith("block")) return;
      expect(sizes.reduce((sum, [cpu]) => sum + cpu, 0)).toBeLessThanOrEqual(1000 * count);
      expect(sizes.reduce((sum, [, memory]) => sum + memory, 0)).toBeLessThanOrEqual(1024 * count);
    }),
  );
});
