import { expect, test } from "vitest";
import { agentCapabilities } from "../../../components/hosts/gates/agent-capabilities";
import { spoken } from "../../upgrade/gates/findings";
import { seen } from "../agents";

const cannotGive = "the agent has capabilities of its file, and there is no getcap to read them";

test("hosts that give a new binary what the old one has beside its content pass, and nothing is said of none", () => {
  expect(spoken(agentCapabilities({ hosts: [seen("c1"), seen("c2")] }))).toEqual([
    "pass 2 hosts: what the file of the agent has beside its content comes along",
  ]);
  expect(agentCapabilities({ hosts: [] })).toEqual([]);
});

test("one that cannot stops the rollout, and says how it could (B-36)", () => {
  const findings = agentCapabilities({ hosts: [seen("c1", { cannotGive }), seen("c2")] });
  expect(spoken(findings)).toEqual([`block host c1: ${cannotGive}`]);
  expect(findings[0]).toMatchObject({ fix: expect.stringMatching(/libcap2-bin/) as string });
});
