import { describe, expect, test } from "vitest";
import type { LimitRangeFacts } from "../../../components/kubernetes/facts/admission";
import type { ContainerDemand } from "../../../components/kubernetes/objects/demand";
import { at, container, MIB, passed, pod, say, sizes } from "../../upgrade/gates/admission-world";

const inRange = (found: string) =>
  `block ${at}, LimitRange/sizes: container gateway of a pod of gateway with ${found}`;

describe("a limit range", () => {
  test.each<[string, Partial<LimitRangeFacts>, Partial<ContainerDemand>, string]>([
    [
      "a limit above its max",
      { max: { memory: 256 * MIB } },
      {},
      "a memory limit of 512 MiB, above the max of 256 MiB",
    ],
    [
      "a request below its min",
      { min: { cpu: 101 } },
      {},
      "a cpu request of 100m, below the min of 101m",
    ],
    [
      "no limit where it has a max",
      { max: { cpu: 2000 } },
      { limits: {} },
      "no cpu limit, where at most 2000m is allowed",
    ],
    [
      "no request where it has a min",
      { min: { cpu: 10 } },
      { requests: {} },
      "no cpu request, where at least 10m is asked for",
    ],
    [
      "a request above the limit that it gives",
      { defaultLimits: { memory: 128 * MIB } },
      { limits: {} },
      "a memory request of 256 MiB, above its limit of 128 MiB",
    ],
  ])("refuses a container with %s (S-05)", (_, range, change, found) => {
    const rollout = [pod("gateway", container(change))];
    expect(say({ limitRanges: [sizes(range)], rollout })).toEqual([inRange(found)]);
  });

  test("whose bounds the container just keeps lets it in (S-05)", () => {
    const range = sizes({ min: { cpu: 100 }, max: { cpu: 1000, memory: 512 * MIB } });
    expect(say({ limitRanges: [range] })).toEqual(passed);
  });

  test("that gives defaults lets a bare container in, and the first of two decides (S-05)", () => {
    const rollout = [pod("gateway", container({ requests: {}, limits: {} }))];
    const first = sizes({
      max: { cpu: 500 },
      defaultLimits: { cpu: 500 },
      defaultRequests: { cpu: 100 },
    });
    const second = sizes({ defaultLimits: { cpu: 900 } });
    expect(say({ limitRanges: [first, second], rollout })).toEqual(passed);
  });
});
