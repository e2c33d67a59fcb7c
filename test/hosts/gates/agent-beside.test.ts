import { expect, test } from "vitest";
import { agentBeside, type AgentBesideArgs } from "../../../components/hosts/gates/agent-beside";
import { spoken } from "../../upgrade/gates/findings";
import { seen } from "../agents";

const at = "gateways:bamfAgents.hosts.beside";
const say = (change: Partial<AgentBesideArgs> = {}) =>
  spoken(
    agentBeside({
      stopped: [seen("c1"), seen("w1", {}, "web"), seen("w2", {}, "web")],
      at,
      ...change,
    }),
  );
const leads = (group: string, hosts: string) =>
  `group ${group}: a second instance takes new tunnels on ${hosts}, and the agent is stopped once its own have ended`;

test("hosts on which a second instance takes new tunnels are told by group, and none where none is wanted", () => {
  expect(say()).toEqual([
    `pass ${at}: ${leads("canary", "c1")}`,
    `pass ${at}: ${leads("web", "w1, w2")}`,
  ]);
  expect(say({ stopped: [] })).toEqual([`pass ${at}: no second instance of an agent`]);
});

test("a host on which none can run is told with the cause, and that it waits as without", () => {
  const stopped = [seen("w1", {}, "web"), seen("w2", { cannotBeside: "there is no curl" }, "web")];
  expect(say({ stopped })).toEqual([
    `warn ${at}: ${leads("web", "w1")}; elsewhere new ones keep coming to the agent while it waits (w2: there is no curl)`,
  ]);
});
