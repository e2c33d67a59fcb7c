import { expect, test } from "vitest";
import {
  hooksInventory,
  type ChartHook,
} from "../../../components/kubernetes/gates/hooks-inventory";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbot.chart";
const migrate: ChartHook = { kind: "Job", name: "migrate", hooks: ["pre-install", "pre-upgrade"] };
const trial: ChartHook = { kind: "Pod", name: "trial", hooks: ["test"] };
const say = (
  hooks: readonly ChartHook[],
  modelled: readonly string[] = [],
  ignored: readonly string[] = [],
) => spoken(hooksInventory({ hooks, modelled, ignored, at }));
const refusal = "block Job/migrate: a pre-install and pre-upgrade hook that nothing stands for";

test("a chart without hooks passes (T-05)", () => {
  expect(say([])).toEqual([`pass ${at}: no hooks`]);
});

test("a chart's own tests pass, in their old spelling too (T-05)", () => {
  expect(say([trial, { ...trial, hooks: ["test-success"] }])).toHaveLength(1);
  expect(say([trial])).toEqual([`pass ${at}: hooks that are covered: Pod/trial`]);
});

test("a hook that a chapter stands for passes (T-05)", () => {
  expect(say([migrate], ["Job/migrate"])).toEqual([
    `pass ${at}: hooks that are covered: Job/migrate`,
  ]);
});

test.each(["migrate", "Job/migrate"])("a hook that is ignored as %s passes (T-05)", (name) => {
  expect(say([migrate, trial], [], [name])).toEqual([
    `pass ${at}: hooks that are covered: Job/migrate, Pod/trial`,
  ]);
});

test("a hook that would be lost is refused by name (T-05)", () => {
  expect(say([migrate, trial])).toEqual([refusal]);
  expect(say([migrate], ["Job/other"], ["Pod/migrate"])).toEqual([refusal]);
});

test("a hook that is a test and more is no test alone (T-05)", () => {
  expect(say([{ ...trial, hooks: ["test", "post-upgrade"] }])).toEqual([
    "block Pod/trial: a test and post-upgrade hook that nothing stands for",
  ]);
});
