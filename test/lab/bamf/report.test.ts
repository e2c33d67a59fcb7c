import { describe, expect, test } from "vitest";
import { lossesOf, tableOfBridges, withoutLoss, type Count, type Report } from "./report";

const none: Count = { opened: 0, failed: 0, kept: 0, cut: 0, frozen: 0, longestStallMs: 0 };
const report = (held: Partial<Count>, passing: Partial<Count> = {}): Report => ({
  held: { ...none, ...held },
  passing: { ...none, ...passing },
  bridges: {},
  tunnels: [],
});

describe("a report about tunnels", () => {
  test("without a loss is given back", () => {
    const well = report({ opened: 3, kept: 3, longestStallMs: 1200 });
    expect(withoutLoss(well)).toBe(well);
  });

  test.each<[string, Report]>([
    ["a tunnel was cut", report({ opened: 3, kept: 2, cut: 1 })],
    ["a tunnel froze", report({ opened: 3, kept: 2, frozen: 1 })],
    ["a new one could not be opened", report({}, { failed: 1 })],
    ["a passing one was cut", report({}, { opened: 1, cut: 1 })],
    ["one stood still for 5 s", report({ opened: 1, kept: 1, longestStallMs: 5000 })],
  ])("in which %s is refused", (_what, bad) => {
    expect(() => withoutLoss(bad)).toThrow("tunnels were lost");
  });

  test("counts the losses of held and passing tunnels together", () => {
    const both = report({ cut: 1, longestStallMs: 100 }, { cut: 2, failed: 3, longestStallMs: 90 });
    expect(lossesOf(both)).toEqual({ cut: 3, frozen: 0, failedOpens: 3, longestStallMs: 100 });
  });

  test("is shown bridge by bridge", () => {
    const bridges = { "1.bridge.x": { ...none, opened: 2, kept: 2 }, "0.bridge.x": none };
    const rows = tableOfBridges({ ...report({ opened: 2, kept: 2 }), bridges });
    expect(rows.map(([name]) => name).slice(1)).toEqual([
      "on bridge 0",
      "on bridge 1",
      "held all the while",
      "opened meanwhile",
    ]);
    expect(rows[2]).toEqual(["on bridge 1", "2", "0", "2", "0", "0", "0 ms"]);
  });
});
