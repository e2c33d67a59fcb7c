import { describe, expect, test } from "vitest";
import { Preflight } from "../../components/upgrade/chapters/preflight";
import type { Finding } from "../../components/upgrade/finding";
import { planUpgrade } from "../../components/upgrade/plan/plan";
import { record } from "./recorder";

const block: Finding = {
  gate: "replicas",
  verdict: "block",
  at: "gateways:smoltbot.availability",
  found: "1 pod",
  expected: "at least 2",
  fix: "ask for 2",
};

describe("a plan that changes no release", () => {
  const stays = planUpgrade({ wanted: "1.1.0", verified: "1.1.0", running: ["1.1.0"] });
  const stopsOf = async (unchanged: boolean) => {
    const found: Finding[] = [];
    await record(() => {
      found.push(...new Preflight("smoltbot", { plan: stays, findings: [block], unchanged }).stops);
    });
    return found;
  };

  test("is stopped by a gate all the same where the stack file asks for other objects than the verified ones (law 3)", async () => {
    expect(await stopsOf(false)).toEqual([block]);
    expect(await stopsOf(true)).toEqual([]);
  });
});
