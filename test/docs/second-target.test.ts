import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { products } from "../../components/products";
import { targets } from "../../components/targets";
import { smoltbot } from "../config/stack-values";
import { echo } from "../story/echo";
import { memory } from "../story/memory";
import { keysOfStackFile, stackFileSchema } from "./stack-file-schema";
import { isTaken, stackFile, type Keys, type Stocked } from "./stack-files";

describe("with a second product and a second target, schema and program", () => {
  const two: Stocked = { products: [...products, echo], targets: [...targets, memory] };
  const schema = stackFileSchema(two);
  const isOne = new Ajv({ validateFormats: false }).compile(schema);
  const here = { version: "1.0.0", memory: { room: "a" } };
  const there = { version: "1.0.0", kubernetes: smoltbot.kubernetes };

  test.each<[string, Keys, boolean]>([
    ["take the second product alone, in the second target", { echo: here }, true],
    ["take both products", { smoltbot, echo: here }, true],
    ["take the second product in the first target", { echo: there }, true],
    ["refuse a gateway in both targets", { echo: { ...here, ...there } }, false],
    ["refuse a gateway in none", { echo: { version: "1.0.0" } }, false],
    [
      "refuse the first product in a target that is not its own",
      { smoltbot: { version: "1.0.0", chart: smoltbot.chart, memory: { room: "a" } } },
      false,
    ],
    [
      "refuse in one target what only the other can do",
      { echo: { ...here, backup: { database: { pod: "db-0" } } } },
      false,
    ],
    [
      "take instances of both, each with its own target",
      {
        smoltbot: { ...smoltbot, kubernetes: { context: "prod" } },
        echo: { version: "1.0.0" },
        instances: {
          a: { kubernetes: { namespace: "a" } },
          b: { product: "echo", memory: { room: "b" } },
          c: { echo: { kubernetes: { context: "prod", namespace: "c" } } },
        },
      },
      true,
    ],
    [
      "take an instance whose product is named with what all share elsewhere",
      {
        echo: { ...there, rollout: { nodesOnDemand: { withinSeconds: 9 } } },
        instances: { b: { product: "echo" } },
      },
      true,
    ],
    [
      "refuse an instance in both targets",
      { echo: {}, instances: { b: { product: "echo", ...here, ...there } } },
      false,
    ],
  ])("%s", (_, keys, taken) => {
    const given = { echoSecrets: {}, ...keys };
    expect(isOne(stackFile(given)), JSON.stringify(isOne.errors)).toBe(taken);
    expect(isTaken(given, two)).toBe(taken);
  });

  test("name the product in what is said about its keys", () => {
    const keys = keysOfStackFile(two);
    expect(keys["gateways:echo"]?.description).toContain("exactly one of `kubernetes`, `memory`");
    expect(JSON.stringify(keys["gateways:echo"])).toContain("gateways:echoPrometheusToken");
    expect(JSON.stringify(keys["gateways:echo"])).not.toContain("smoltbot");
  });
});
