import { expect, test } from "vitest";
import { bamfAgents } from "../../components/bamf/agents/product";
import { wavesOf } from "../../components/hosts/gateway/tasks";
import { hostsTarget } from "../../components/hosts/target";
import { record } from "../story/recorder";
import { claim, sum } from "./agents";
import { agentsConfig } from "./stack-values";

const sums = { "bamf-agent-linux-amd64": sum("b") };
const verification = { input: { wayBack: "" }, secrets: {}, known: {} };

const wavesIn = (change: object = {}, hosts: object = {}) =>
  wavesOf({
    product: bamfAgents,
    config: agentsConfig(change, hosts),
    sums,
    claim,
    stack: "prod",
  });

/** The groups as they are declared, each with what has it declared anew. */
async function declared(change: object = {}, hosts: object = {}) {
  const waves = wavesIn(change, hosts);
  const seen = await record(() =>
    hostsTarget({ waves, verification }).waves.flatMap((wave) => wave.apply("bamfAgents", {})),
  );
  return Object.fromEntries(seen.map(({ name, inputs }) => [name, inputs["triggers"]]));
}

test("each group is declared by a resource of its own, which touches no host", async () => {
  const waves = wavesIn();
  const seen = await record(() => {
    const { waves: made, configuration, availability } = hostsTarget({ waves, verification });
    expect([...configuration("bamfAgents", {}), ...availability("bamfAgents", {})]).toEqual([]);
    return made.flatMap((wave) => wave.apply("bamfAgents", {}));
  });
  expect(seen.map(({ name }) => name)).toEqual(["bamfAgents-canary", "bamfAgents-web"]);
  expect(seen[1]?.inputs).toMatchObject({
    create: `printf %s "$GATEWAYS_RELEASE"`,
    environment: { GATEWAYS_RELEASE: "0.11.0", GATEWAYS_HOSTS: "w1 w2" },
  });
});

test("another release declares all groups anew; another way to a host, or another size, none", async () => {
  const before = await declared();
  const release = await declared({ version: "0.12.0" });
  expect(release["bamfAgents-canary"]).not.toEqual(before["bamfAgents-canary"]);
  expect(release["bamfAgents-web"]).not.toEqual(before["bamfAgents-web"]);
  expect(await declared({}, { groups: [{ name: "canary" }, { name: "web", size: 3 }] })).toEqual(
    before,
  );
  expect(await declared({}, { identity: "/root/key", user: "root" })).toEqual(before);
});

test("each wave but the last is verified before the next one begins", () => {
  const waves = wavesIn();
  expect(waves.map(({ name, verify }) => [name, verify !== undefined])).toEqual([
    ["canary", true],
    ["web", false],
  ]);
});
