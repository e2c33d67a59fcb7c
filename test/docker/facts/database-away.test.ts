import { expect, test } from "vitest";
import { isDatabaseAway } from "../../../components/docker/facts/database-away";
import type { ContainerFacts } from "../../../components/docker/facts/host-facts";
import { container, ours } from "../facts";

const isAway = (containers: readonly ContainerFacts[], verified = true) =>
  isDatabaseAway({ containers }, { name: "smoltbot-postgres", gateway: "smoltbot", verified });

test("a database whose container a killed run has removed, or made and not started, is one that the next run makes (S-14)", () => {
  expect(isAway([])).toBe(true);
  expect(isAway([ours("postgres", { state: "created" })])).toBe(true);
});

test("a database that a daemon has stopped as it came back, or a person, is one that the next run starts (S-14)", () => {
  expect(isAway([ours("postgres", { state: "exited" })])).toBe(true);
  expect(isAway([ours("postgres", { state: "exited" })], false)).toBe(false);
});

test("a database that runs, that ends again and again, that a restore keeps stopped, or that somebody else has made can be looked at, or is a reason to stop", () => {
  expect(isAway([ours("postgres")])).toBe(false);
  expect(isAway([ours("postgres", { state: "restarting" })])).toBe(false);
  expect(isAway([ours("postgres", { state: "exited", restart: "no" })])).toBe(false);
  for (const state of ["created", "exited"] as const)
    expect(isAway([container({ name: "smoltbot-postgres", state })])).toBe(false);
});

test("a stack that has never verified the gateway takes nothing on trust", () => {
  expect(isAway([], false)).toBe(false);
});
