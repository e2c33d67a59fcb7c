import { describe, expect, test } from "vitest";
import { endAgentTunnels } from "../../../components/bamf/sessions/end-agent-tunnels";
import { runSessions } from "../../../components/steps/sessions";
import { sessionsInputSchema, type SessionsInput } from "../../../components/steps/sessions-input";
import { instance, look, memoryPlatform } from "../../steps/memory-platform";

/** Two agents, whose tunnels are given look by look; the last look stays. */
async function end(
  counts: (readonly (number | undefined)[])[],
  change: Partial<SessionsInput> = {},
  running: readonly string[] = ["agent:v0.10.0"],
) {
  const said: string[] = [];
  let now = counts[0] ?? [];
  const { open } = memoryPlatform([], {
    runningImages: () => Promise.resolve(running),
    look: () => {
      now = (counts.length > 1 ? counts.shift() : counts[0]) ?? [];
      return Promise.resolve(look({ instances: now.map((_, index) => instance(String(index))) }));
    },
    ask: (to) => {
      const count = "instance" in to ? now[Number(to.instance)] : undefined;
      const body = `bamf_agent_active_tunnels ${String(count)}\n`;
      return Promise.resolve(count === undefined ? undefined : { status: 200, body });
    },
  });
  const task = sessionsInputSchema.parse({
    namespace: "a",
    workloads: ["bamf-agent"],
    sessions: "bamf-agents",
    options: { labels: {} },
    limitSeconds: 0,
    ...change,
  });
  const io = { env: {}, say: (line: string) => void said.push(line) };
  const find = () => Promise.resolve(endAgentTunnels);
  return { result: await runSessions(task, io, open, find).catch(String), said };
}

describe("agents of the chart that are about to be replaced", () => {
  test("keep their release while tunnels run through them and the policy is to stop (T-25)", async () => {
    const { result, said } = await end([[3, 2]]);
    expect(result).toContain(
      "bamf-agent keeps its release, since 5 tunnels are still open, and the policy is to stop then",
    );
    expect(said).toEqual(["bamf-agent: 5 tunnels run through its agents, whose stop cuts them"]);
  });

  test("may be replaced once their tunnels have ended and that has lasted", async () => {
    const { result } = await end(
      [
        [1, 0],
        [0, 0],
      ],
      { limitSeconds: 30 },
    );
    expect(result).toEqual({ "bamf-agent": { found: 1, cut: 0 } });
  });

  test("may be replaced with tunnels open up to the number of the consent, and no more", async () => {
    expect((await end([[3, 2]], { policy: "cut", cut: 5 })).result).toEqual({
      "bamf-agent": { found: 5, cut: 5 },
    });
    expect((await end([[3, 2]], { policy: "cut", cut: 4 })).result).toContain("keeps its release");
  });

  test("keep it if one of them does not say how many it has: that is not none", async () => {
    expect((await end([[0, undefined]])).result).toContain("not each agent of bamf-agent says");
    expect((await end([[]])).result).toContain("not each agent of bamf-agent says");
  });

  test("have those counted that run through agents of the release before, which serve on where their successors have not come up (T-25)", async () => {
    const never = { ...instance("new"), readySince: undefined, wasReady: false };
    const { open } = memoryPlatform([], {
      runningImages: () => Promise.resolve(["agent:v0.10.0", "agent:v0.11.0"]),
      look: () => Promise.resolve(look({ instances: [never], older: [instance("old")] })),
      ask: (to) =>
        Promise.resolve(
          "instance" in to && to.instance === "old"
            ? { status: 200, body: "bamf_agent_active_tunnels 3\n" }
            : undefined,
        ),
    });
    const workloads = ["bamf-agent"];
    const given = { namespace: "a", workloads, sessions: "bamf-agents", options: { labels: {} } };
    const task = sessionsInputSchema.parse({ ...given, limitSeconds: 0 });
    const io = { env: {}, say: () => undefined };
    const find = () => Promise.resolve(endAgentTunnels);
    expect(await runSessions(task, io, open, find).catch(String)).toContain(
      "bamf-agent keeps its release, since 3 tunnels are still open",
    );
  });

  test("are asked nothing if none of them runs yet", async () => {
    expect((await end([[9]], {}, [])).result).toEqual({ "bamf-agent": { found: 0, cut: 0 } });
  });
});
