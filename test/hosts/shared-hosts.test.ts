import { describe, expect, test } from "vitest";
import { bamfAgents } from "../../components/bamf/agents/product";
import type { ConfiguredProduct } from "../../components/config/keys";
import { parseConfig } from "../../components/config/parse";
import { configuredHosts } from "../../components/hosts/gateway/settings";
import { agentsInFile } from "./stack-values";

/** Faults of a stack file with two sets of agents, each on a host of its own beside one that is given. */
function faultsBeside(one: object, other: object) {
  const { hosts } = agentsInFile();
  const { hostKey } = hosts.inventory.c1;
  const on = (own: string, more: object) => ({
    hosts: {
      ...hosts,
      groups: [{ name: "canary" }],
      inventory: {
        own: { address: own, group: "canary", hostKey },
        shared: { address: "10.0.0.9", group: "canary", hostKey, ...more },
      },
    },
  });
  const parsed = parseConfig<ConfiguredProduct>(
    {
      "gateways:bamfAgents": JSON.stringify({ version: "0.11.0" }),
      "gateways:instances": JSON.stringify({
        eu: on("10.0.0.1", one),
        us: on("10.0.0.2", other),
      }),
    },
    [bamfAgents],
    [configuredHosts],
  );
  return "faults" in parsed ? parsed.faults : [];
}

describe("two sets of agents in one stack", () => {
  test("with one host in both inventories are refused, however else they differ", () => {
    expect(faultsBeside({}, { port: 22, unit: "bamf-other" })).toEqual([
      {
        at: "gateways:instances.us.hosts.inventory",
        found: "the host at 10.0.0.9:22, which eu has",
        expected: "hosts of its own: one would put back what the other has swapped",
        fix: "name each host once",
      },
    ]);
  });

  test("on hosts of their own, or behind another port of SSH, get on", () => {
    expect(faultsBeside({}, { address: "10.0.0.8" })).toEqual([]);
    expect(faultsBeside({}, { port: 2222 })).toEqual([]);
  });
});
