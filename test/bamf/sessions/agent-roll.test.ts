import { describe, expect, test } from "vitest";
import { agentRoll, describeAgentRoll } from "../../../components/bamf/sessions/agent-roll";
import { agentOptionsSchema } from "../../../components/bamf/sessions/options";
import { oneByOneSchema } from "../../../components/steps/rollout-input";

const args = (change: object = {}, cut?: { release: string; sessions: number }) => ({
  sessions: { policy: "stop", limitMinutes: 30, cordon: true, guard: true, ...change } as const,
  cut,
  version: "0.11.0",
  withinSeconds: 1890,
  options: { api: { workload: "bamf-api", labels: {} }, bridge: { labels: {} } },
});

describe("the roll of the agents of the chart", () => {
  test("is told what the stack file says, and carries nothing", () => {
    const task = oneByOneSchema.parse(agentRoll(args()));
    expect(task).toMatchObject({ sessions: "bamf-agents", carry: false, limitSeconds: 1800 });
    expect(agentOptionsSchema.parse(task.options).agent).toEqual({
      container: "agent",
      metricsPort: 8081,
    });
  });

  test("cuts nothing on a consent for another release", () => {
    const consent = (release: string) => ({ release, sessions: 4 });
    expect(agentRoll(args({ policy: "cut" }, consent("0.10.0"))).cut).toBe(0);
    expect(agentRoll(args({ policy: "cut" }, consent("0.11.0"))).cut).toBe(4);
  });

  test("is said in the preview: the second instances, what is written, what no stop of an agent spares, and the limit", () => {
    const words = describeAgentRoll(args(), true);
    expect(words.join("; ")).toMatch(/^all new agents come up beside the old ones.*draining in/);
    expect(words.slice(2)).toEqual([
      "the stop of an agent cuts each tunnel through it, and nothing can carry one",
      "so an old agent stops when its tunnels have ended, for which they have 30 min in all",
      "those that are still open end the run, with old and new agents serving",
    ]);
  });

  test("says so where tunnels get no time to end by themselves", () => {
    expect(describeAgentRoll(args({ limitMinutes: 0 }), true)[3]).toBe(
      "so an old agent stops when its tunnels have ended, for which they get no time",
    );
  });

  test("says so where nothing is written: the old agents may get new tunnels", () => {
    const words = describeAgentRoll(args({ cordon: false, policy: "cut" }), false);
    expect(words[1]).toContain("new tunnels are not kept off the old ones");
    expect(words.at(-2)).toContain("30 min an agent");
    expect(words.at(-1)).toContain("cut, up to 0 of them");
  });
});
