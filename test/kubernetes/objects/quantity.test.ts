import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  describeResources,
  parseCpu,
  parseMemory,
} from "../../../components/kubernetes/objects/quantity";

describe("quantity", () => {
  test.each([
    ["500m", 500],
    ["1", 1000],
    ["1.5", 1500],
    ["1.1", 1100],
    ["0.1", 100],
    [".5", 500],
    ["2.", 2000],
    ["1e3", 1_000_000],
    ["1n", 1],
    ["1500u", 2],
    ["0", 0],
    ["-250m", -250],
  ])("CPU %s is %d millicores (S-05)", (text, millicores) => {
    expect(parseCpu(text)).toBe(millicores);
  });

  test.each([
    ["256Mi", 268_435_456],
    ["1G", 1_000_000_000],
    ["1e3", 1000],
    ["1E3", 1000],
    ["1E", 1e18],
    ["1Ei", 2 ** 60],
    ["1.5Gi", 1_610_612_736],
    ["100k", 100_000],
    ["100m", 1],
    ["+12e-1", 2],
  ])("memory %s is %d bytes (S-05)", (text, bytes) => {
    expect(parseMemory(text)).toBe(bytes);
  });

  test.each(["", ".", "m", "1mi", "1 Gi", "1ki", "1e", "1e3Mi", "0x10", "NaN", "1,5"])(
    "%j is no quantity and is refused",
    (text) => {
      expect(() => parseMemory(text)).toThrow(RangeError);
    },
  );

  test("a number from YAML is read like its text", () => {
    expect([parseCpu(1), parseCpu(0.25), parseMemory(1e21)]).toEqual([1000, 250, 1e21]);
  });

  test("any count of millicores survives the way through both of its forms", () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (millicores) => {
        expect(parseCpu(`${millicores}m`)).toBe(millicores);
        expect(parseCpu((millicores / 1000).toFixed(3))).toBe(millicores);
      }),
    );
  });

  test("a binary suffix is 1024 of the one below it, a decimal one 1000", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(3), (amount, step) => {
        const names = ["k", "M", "G", "T", "P"];
        const [low, high] = [names[step] ?? "", names[step + 1] ?? ""];
        expect(parseMemory(`${amount}${high}`)).toBe(1000 * parseMemory(`${amount}${low}`));
        const kibi = low === "k" ? "Ki" : `${low}i`;
        expect(parseMemory(`${amount}${high}i`)).toBe(1024 * parseMemory(`${amount}${kibi}`));
      }),
    );
  });

  test("resources are told in millicores and MiB (S-05)", () => {
    expect(describeResources({ cpu: 600, memory: 536_870_913 })).toBe(
      "600m CPU and 513 MiB memory",
    );
  });
});
