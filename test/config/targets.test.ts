import { describe, expect, test } from "vitest";
import type { ConfiguredProduct } from "../../components/config/keys";
import { parseConfig } from "../../components/config/parse";
import { configuredKubernetes } from "../../components/kubernetes/gateway/settings";
import { smoltbot } from "../../components/smoltbot/product";
import { echo } from "../story/echo";
import { memory } from "../story/memory";

const parse = (values: Readonly<Record<string, unknown>>) =>
  parseConfig<ConfiguredProduct>(
    Object.fromEntries(
      Object.entries({ echoSecrets: {}, ...values }).map(([key, value]) => [
        `gateways:${key}`,
        JSON.stringify(value),
      ]),
    ),
    [smoltbot, echo],
    [configuredKubernetes, memory],
  );
const settingsIn = (values: Readonly<Record<string, unknown>>) => {
  const parsed = parse(values);
  return "gateways" in parsed
    ? parsed.gateways.map(({ config }) => config.settings)
    : expect.fail(JSON.stringify(parsed.faults));
};
const faultsIn = (values: Readonly<Record<string, unknown>>) => {
  const parsed = parse(values);
  return "faults" in parsed ? parsed.faults : [];
};

const kubernetes = { context: "prod", namespace: "echo" };
const version = "1.0.0";

describe("a gateway of a product with two targets", () => {
  test("has the fields of the target that it names, with their defaults", () => {
    const [here] = settingsIn({ echo: { version, memory: { room: "a" } } });
    expect(here).toMatchObject({ memory: { room: "a" }, backup: { database: "url" } });
    expect(here).not.toHaveProperty("kubernetes");
    const [there] = settingsIn({ echo: { version, kubernetes } });
    expect(there).toMatchObject({ kubernetes: { release: "echo", imageMirrors: {} } });
  });

  test.each([
    ["no target", {}],
    ["2 targets: kubernetes, memory", { kubernetes, memory: { room: "a" } }],
  ])("that names %s is refused, and told which are possible", (found, places) => {
    expect(faultsIn({ echo: { version, ...places } })).toEqual([
      {
        at: "gateways:echo",
        found,
        expected: "exactly one of kubernetes, memory",
        fix: expect.stringMatching(/^(add|remove all but) the one that it runs in$/) as string,
      },
    ]);
  });

  test("without a target still gets every other fault at once", () => {
    const faults = faultsIn({ echo: { version: 1, verify: { secnds: 3 } } });
    expect(faults.map(({ at }) => at)).toEqual([
      "gateways:echo",
      "gateways:echo.version",
      "gateways:echo.verify.secnds",
    ]);
  });

  test("is refused a field that only another target has", () => {
    const echoIn = (place: object) => ({
      echo: { version, ...place, rollout: { nodesOnDemand: { withinSeconds: 60 } } },
    });
    expect(faultsIn(echoIn({ kubernetes }))).toEqual([]);
    expect(faultsIn(echoIn({ memory: { room: "a" } })).map(({ at }) => at)).toEqual([
      "gateways:echo.rollout.nodesOnDemand",
    ]);
  });

  test("is refused a place that another gateway has, in the words of its target", () => {
    const instances = {
      a: { product: "echo", memory: { room: "one" } },
      b: { product: "echo", memory: { room: "one" } },
    };
    expect(faultsIn({ echo: { version }, instances })).toEqual([
      {
        at: "gateways:instances.b.memory",
        found: "room one, where a is",
        expected: "a place of its own for every gateway",
        fix: "give it another room",
      },
    ]);
  });
});

describe("an instance", () => {
  test("that names its target leaves out the one that the others share", () => {
    const instances = {
      a: { product: "echo", kubernetes: { namespace: "a" } },
      b: { product: "echo", memory: { room: "b" } },
    };
    const [a, b] = settingsIn({ echo: { version, kubernetes: { context: "prod" } }, instances });
    expect(a).toMatchObject({ kubernetes: { context: "prod", namespace: "a" } });
    expect(b).toMatchObject({ memory: { room: "b" } });
    expect(b).not.toHaveProperty("kubernetes");
  });

  test.each([
    ["gateways:instances.b", "no target", {}, {}],
    [
      "gateways:instances.b",
      "2 targets: kubernetes, memory",
      {},
      { kubernetes, memory: { room: "b" } },
    ],
    ["gateways:echo", "2 targets: kubernetes, memory", { kubernetes, memory: { room: "b" } }, {}],
  ])("is refused at %s, which names %s", (at, found, shared, own) => {
    const instances = { b: { product: "echo", ...own } };
    expect(faultsIn({ echo: { version, ...shared }, instances })).toMatchObject([{ at, found }]);
  });
});

test("a product that can run in one target alone is asked for its key like for any other", () => {
  const chart = { path: "chart" };
  expect(faultsIn({ smoltbot: { version, chart }, smoltbotSecrets: {} })).toMatchObject([
    { at: "gateways:smoltbot.kubernetes", found: "nothing" },
  ]);
});
