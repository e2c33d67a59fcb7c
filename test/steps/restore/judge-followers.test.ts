import { expect, test } from "vitest";
import { judgeFollowers } from "../../../components/steps/restore/judge-followers";

const followers = [
  { kind: "logical slot", name: "debezium" },
  { kind: "subscription", name: "from_eu" },
] as const;

test("a database that others follow is not exchanged, and they are named with what to write (S-44)", () => {
  expect(() => {
    judgeFollowers(followers, ["debezium"], "mnemom");
  }).toThrow(
    "database mnemom is followed: subscription from_eu. Fix: stop or move what follows it, or add over: [from_eu] to consents.restore.",
  );
});

test("it is where the operator has named each of them, or nobody follows", () => {
  expect(() => {
    judgeFollowers(followers, ["debezium", "from_eu", "gone"], "mnemom");
    judgeFollowers([], [], "mnemom");
  }).not.toThrow();
});
