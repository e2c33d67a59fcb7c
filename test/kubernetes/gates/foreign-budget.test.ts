import { expect, test } from "vitest";
import { foreignBudget } from "../../../components/kubernetes/gates/foreign-budget";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const at = "context prod, namespace smoltbot";
const labels = { app: "gateway", tier: "edge" };
const guarded = [{ budget: "gateway", labels }];
const budget = (name: string, matchLabels: Readonly<Record<string, string>>) => ({
  name,
  selector: { matchLabels, matchExpressions: [] },
  allowed: 1,
});
const say = (...budgets: readonly ReturnType<typeof budget>[]) =>
  spoken(foreignBudget({ cluster: cluster({ budgets }), guarded, at }));

test("our own budget, and those over other pods, pass (S-53)", () => {
  expect(say(budget("gateway", labels), budget("other", { app: "other" }))).toEqual([
    `pass ${at}: no disruption budget of somebody else`,
  ]);
});

test("a second budget over the same pods is told, one over everything too (S-53)", () => {
  expect(say(budget("edge", { tier: "edge" }), budget("all", {}))).toEqual([
    "warn PodDisruptionBudget/edge: a second budget over the gateway's pods, by somebody else",
    "warn PodDisruptionBudget/all: a second budget over the gateway's pods, by somebody else",
  ]);
});

test("a cluster that could not be seen is an answer of its own", () => {
  const question = { cluster: unavailable("refused"), guarded, at };
  expect(spoken(foreignBudget(question))).toEqual([
    `unknown ${at}: no look at the disruption budgets: refused`,
  ]);
});

test("a budget over the pods of any guarded workload is told, with the name of our own (S-53)", () => {
  const bridges = { budget: "bridge", labels: { app: "bridge" } };
  const budgets = [budget("bridge", { app: "bridge" }), budget("extra", { app: "bridge" })];
  const [finding, ...others] = foreignBudget({
    cluster: cluster({ budgets }),
    guarded: [...guarded, bridges],
    at,
  });
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    at: "PodDisruptionBudget/extra",
    expected: "bridge alone; a pod under two budgets cannot be evicted, and a node drain hangs",
  });
});
