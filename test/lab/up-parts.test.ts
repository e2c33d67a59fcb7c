import { expect, test } from "vitest";
import type { Part } from "./parts";
import { readSettings } from "./settings";
import { partsOfLab, withoutTools } from "./up-parts";

const namesOf = (parts: readonly Part[]) => parts.map(({ name }) => name);

test("what the demo does without is neither compiled nor started, and nothing that is left needs it", async () => {
  const all = await partsOfLab(readSettings({ LAB_HOME: "/nowhere", HOME: "/nowhere" }), {});
  const left = withoutTools(all, ["coredns", "prometheus", "versitygw"]);
  expect(
    namesOf(all)
      .filter((name) => !namesOf(left).includes(name))
      .sort(),
  ).toEqual([
    "CoreDNS",
    "Prometheus",
    "bucket server",
    "coredns tools",
    "name service",
    "prometheus tools",
    "versitygw tools",
  ]);
  expect(
    left.flatMap(({ needs }) => needs).filter((name) => !namesOf(left).includes(name)),
  ).toEqual([]);
  expect(withoutTools(all, [])).toEqual(all);
});
