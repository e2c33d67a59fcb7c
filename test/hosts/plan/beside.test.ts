import { expect, test } from "vitest";
import { isStray, leavingInWords } from "../../../components/hosts/plan/beside";
import { agent, sum } from "../agents";

const wanted = { sha256: sum("b") };
const beside = (digit: string, phase?: "leads" | "leaves") =>
  agent({ beside: { sha256: sum(digit), phase, tunnels: 2 } });

test("a second instance of another release that takes new tunnels, or is about to, is one that nobody has finished", () => {
  expect(isStray(agent(), wanted)).toBe(false);
  expect(isStray(beside("b", "leads"), wanted)).toBe(false);
  expect(isStray(beside("c", "leads"), wanted)).toBe(true);
  expect(isStray(beside("c"), wanted)).toBe(true);
  expect(isStray(beside("c", "leaves"), wanted)).toBe(false);
});

test("one that has not ended yet is told with the most tunnels that it can have", () => {
  expect(leavingInWords("w1", agent())).toEqual([]);
  expect(leavingInWords("w1", beside("b", "leaves"))).toEqual([
    "w1: a second instance runs beside its agent, and ends with its last tunnel (at most 2 now)",
  ]);
});
