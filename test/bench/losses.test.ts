import { expect, test } from "vitest";
import type { LoadReport } from "../lab/load";
import { lossesOf } from "./losses";

test("Runs are summed up, with every reason and the slowest answer of them all", () => {
  const loads: readonly LoadReport[] = [
    { sent: 100, failed: 2, resent: 1, slowestMs: 80.4, byError: { reset: 2 } },
    { sent: 50, failed: 2, resent: 2, slowestMs: 20, byError: { reset: 1, "status 503": 1 } },
  ];
  expect(lossesOf("Helm", loads)).toBe(
    "Helm lost 4 of 150 requests (reset: 3, status 503: 1) and sent 3 again, the slowest took 80 ms",
  );
});

test("Nothing lost needs no reason", () => {
  expect(
    lossesOf("this program", [{ sent: 9, failed: 0, resent: 0, slowestMs: 5, byError: {} }]),
  ).toBe("this program lost 0 of 9 requests and sent 0 again, the slowest took 5 ms");
});
