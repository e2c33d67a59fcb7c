import { describe, expect, test } from "vitest";
import { bridgeRoll, describeBridgeRoll } from "../../../components/bamf/sessions/bridge-roll";
import { oneByOneSchema } from "../../../components/steps/rollout-input";
import { bridgeOptionsSchema } from "../../../components/bamf/sessions/options";

const args = (change: object = {}, cut?: { release: string; sessions: number }) => ({
  sessions: { policy: "stop", limitMinutes: 30, cordon: true, guard: true, ...change } as const,
  cut,
  version: "0.11.0",
  withinSeconds: 1890,
  options: { api: { workload: "bamf-api", labels: {} }, bridge: { labels: {} } },
});

describe("the roll of the bridges", () => {
  test("is told what the stack file says", () => {
    const task = oneByOneSchema.parse(bridgeRoll(args()));
    expect(task).toMatchObject({ sessions: "bamf", policy: "stop", cut: 0, limitSeconds: 1800 });
    expect(bridgeOptionsSchema.parse(task.options).healthPort).toBe(8080);
  });

  test("cuts nothing on a consent for another release", () => {
    const policy = { policy: "cut" };
    const consent = (release: string) => ({ release, sessions: 4 });
    expect(bridgeRoll(args(policy, consent("0.10.0"))).cut).toBe(0);
    expect(bridgeRoll(args(policy, consent("0.11.0"))).cut).toBe(4);
    expect(bridgeRoll(args(policy)).cut).toBe(0);
  });

  test("is said in the preview: what is written into the product's Redis, and what becomes of tunnels", () => {
    expect(describeBridgeRoll(args())).toEqual([
      expect.stringContaining("scores and its status in the product's Redis are set") as string,
      "tunnels have 30 min a bridge to end by themselves",
      expect.stringMatching(
        "sessions of open tunnels are kept in the product's Redis .* its certificate is among the revoked ones there for up to 3 s",
      ) as string,
      "tunnels that cannot be carried end the run, with every bridge serving",
    ]);
    expect(describeBridgeRoll(args({ limitMinutes: 0 }))[1]).toBe(
      "tunnels get no time to end by themselves",
    );
  });

  test("writes nothing where that is switched off, and says so", () => {
    const words = describeBridgeRoll(args({ cordon: false, policy: "cut" }));
    expect(words[0]).toContain("nothing is written into the product's Redis");
    expect(words.at(-1)).toBe(
      "tunnels that are still open are cut, up to 0 of them; more end the run",
    );
  });
});
