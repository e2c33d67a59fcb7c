import { describe, expect, test } from "vitest";
import { describeLimits, inWords, limitSeconds } from "../../components/bamf/time-limits";

describe("the time limit of a roll", () => {
  test("leaves each pod its whole grace period and its successor's start", () => {
    expect(limitSeconds({ replicas: 2, graceSeconds: 1800 })).toBe(3780);
    expect(limitSeconds({ replicas: 3, graceSeconds: 120, startSeconds: 30 })).toBe(450);
  });

  test("is far above the 5 minutes that Helm waits", () => {
    expect(limitSeconds({ replicas: 1, graceSeconds: 1800 })).toBeGreaterThan(300);
  });

  test("is said in the preview for each part, in the order of the roll", () => {
    expect(
      describeLimits({
        agent: { replicas: 1, graceSeconds: 1800 },
        bridge: { replicas: 2, graceSeconds: 1800 },
        api: { replicas: 2, graceSeconds: 120 },
        web: { replicas: 0, graceSeconds: 60 },
        proxy: { replicas: 2, graceSeconds: 120 },
      }),
    ).toEqual([
      "api: up to 7 min if a request stays",
      "bridge: up to 1 h 3 min if a session stays",
      "proxy: up to 7 min if a request stays",
      "agent: up to 32 min if a session stays",
    ]);
  });

  test.each([
    [0, "0 s"],
    [90, "90 s"],
    [91, "2 min"],
    [3600, "1 h"],
    [3601, "1 h 1 min"],
    [7200 - 1, "2 h"],
  ])("of %d seconds is %s in words", (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });
});
