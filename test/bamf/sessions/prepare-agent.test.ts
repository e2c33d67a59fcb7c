import { describe, expect, test, vi } from "vitest";
import {
  agentsOf,
  instanceIn,
  tunnelsIn,
  type Agents,
  type KeptAgents,
} from "../../../components/bamf/sessions/agents";
import {
  keepOff,
  prepareAgent,
  type PreparedAgent,
} from "../../../components/bamf/sessions/prepare-agent";
import type { SessionPolicy } from "../../../components/upgrade/sessions";
import { instance, look, memoryPlatform } from "../../steps/memory-platform";
import { memoryAgents } from "./memory-agents";

const policy: SessionPolicy = {
  ...{ policy: "stop", cut: 0, limitSeconds: 0 },
  ...{ cordon: true, carry: false },
};
const failure = (work: Promise<unknown>) => work.then(() => "nothing failed", String);

describe("new tunnels", () => {
  test("are led to the new agents, by the names that the product has for them", async () => {
    const { agents, calls } = memoryAgents([1], [{ online: [] }, { online: ["new-1"] }]);
    expect(await keepOff(agents)).toBe(true);
    expect(calls).toEqual(["keep new-1", "keep new-1"]);
  });

  test("stay with the old agents if no new one comes online at the API, and the roll ends", async () => {
    const { agents } = memoryAgents([1], [{ online: [] }]);
    expect(await failure(keepOff(agents))).toContain("no new agent is online at the API");
  });

  test("are led nowhere where nothing is written, or no new agent says which instance it is, which is said", async () => {
    expect(await keepOff(memoryAgents([1], "nothing is written").agents)).toBe(false);
    const { agents, said } = memoryAgents([1], [{}], []);
    expect(await keepOff(agents)).toBe(false);
    expect(said.join()).toContain("new tunnels are not kept off the old ones");
  });

  test("are not led while a bridge is replaced, or if another run decides on them", async () => {
    const busy = memoryAgents([1], [{ state: "busy", bridge: "bamf-bridge-1" }]);
    expect(await failure(keepOff(busy.agents))).toContain("bridge bamf-bridge-1 is being replaced");
    const lost = memoryAgents([1], [{ state: "lost" }]);
    expect(await failure(keepOff(lost.agents))).toContain("somebody else decides");
  });
});

/** Prepares one whose turn began some seconds ago, with a look a second; gives also after how many seconds it may be stopped. */
async function secondsUntilStop(
  tunnels: number[],
  kept: Partial<KeptAgents>[],
  ago = 0,
  change: Partial<Agents> = {},
): Promise<readonly [PreparedAgent, number]> {
  vi.useFakeTimers({ toFake: ["performance"] });
  try {
    const { agents } = memoryAgents(tunnels, kept);
    let looks = 0;
    const pause = () => Promise.resolve(void vi.advanceTimersByTime((looks += 1) && 1000));
    const prepared = await prepareAgent(
      { ...agents, options: { ...agents.options, registersWithinSeconds: 180 }, pause, ...change },
      "bamf-agent-a",
      { ...policy, limitSeconds: 60 },
      { keptOff: true, since: performance.now() - ago * 1000 },
    );
    return [prepared, looks];
  } finally {
    vi.useRealTimers();
  }
}

describe("an old agent", () => {
  const turn = (since = performance.now()) => ({ keptOff: true, since });

  test("may be stopped once its tunnels have ended, none is on its way to it, and that has lasted (B-12)", async () => {
    // Empty at the third look, and 2 s after it.
    const coming = [{}, {}, {}, { coming: 0 }, { coming: null }];
    expect(await secondsUntilStop([2, 1, 0], coming)).toEqual([{ atStop: 0 }, 4]);
  });

  test("waits for a tunnel that is on its way to it, however long ago its turn began (B-12)", async () => {
    const late = [null, null, 0, 1, null].map((coming) => ({ coming }));
    expect(await secondsUntilStop([0], late, 60)).toEqual([{ atStop: 0 }, 4]);
    // One that never arrives is waited for as long as its session lasts.
    const never = Array.from({ length: 60 }, (_, coming) => ({ coming }));
    expect(await secondsUntilStop([0], never, 60)).toEqual([{ atStop: 0 }, 30]);
  });

  test("is not stopped while no new one is online, since it is chosen again then; its tunnels are counted anew (B-12)", async () => {
    const away = [{}, { online: [] }, { online: [] }, {}];
    expect(await secondsUntilStop([0], away)).toEqual([{ atStop: 0 }, 5]);
    const gone = memoryAgents([0], [{}, { online: [] }]);
    const wait = { ...policy, policy: "wait" as const, limitSeconds: 60 };
    expect(await failure(prepareAgent(gone.agents, "bamf-agent-a", wait, turn()))).toContain(
      "bamf-agent-a keeps serving, since no new agent is online at the API any more",
    );
  });

  test("is not stopped while no new one is ready at all, though no tunnel runs through it: it is all that serves (B-12)", async () => {
    const { agents, calls } = memoryAgents([0], [{}], []);
    const wait = { ...policy, policy: "wait" as const, limitSeconds: 60 };
    expect(await failure(prepareAgent(agents, "bamf-agent-a", wait, turn()))).toContain(
      "bamf-agent-a keeps serving, since no new agent is online at the API any more",
    );
    expect(calls).toEqual([]);
  });

  test("is not stopped while no new one is ready where nothing is written either (B-12)", async () => {
    const { agents } = memoryAgents([0], "nothing is written");
    const dead = { ...agents, anyReady: () => Promise.resolve(false) };
    const wait = { ...policy, policy: "wait" as const, limitSeconds: 60 };
    const alone = { keptOff: false, since: performance.now() };
    expect(await failure(prepareAgent(dead, "bamf-agent-a", wait, alone))).toContain(
      "bamf-agent-a keeps serving, since no new agent",
    );
  });

  test("without tunnels stops soon after a sign of life: what it was chosen for in that moment has arrived, and the next one is not due (B-12)", async () => {
    const name = "instance of bamf-agent-a";
    const heard = (...ages: number[]) => ages.map((age) => ({ heard: { [name]: age, other: 3 } }));
    // Heard too long ago, then anew.
    expect(await secondsUntilStop([0], heard(40, 41, 42, 43, 0.5, 1.5, 2.5))).toEqual([
      { atStop: 0 },
      6,
    ]);
    // Quiet for 2 s, and heard 2 s ago.
    expect(await secondsUntilStop([0], heard(1, 2, 3))).toEqual([{ atStop: 0 }, 2]);
    expect(await secondsUntilStop([0], heard(4, 5, 6))).toEqual([{ atStop: 0 }, 2]);
    // Nobody has heard of it for so long that it is not chosen.
    expect(await secondsUntilStop([0], heard(180))).toEqual([{ atStop: 0 }, 2]);
    // Such a moment that never comes is waited for, but not for ever; right after a sign it stops last of all.
    expect(await secondsUntilStop([0], heard(7))).toEqual([{ atStop: 0 }, 180]);
    expect(await secondsUntilStop([0], heard(1))).toEqual([{ atStop: 0 }, 360]);
  });

  test("that the product does not know any more has no such moment; of one that does not say which instance it is each sign of life may be its own (B-12)", async () => {
    expect(await secondsUntilStop([0], [{ heard: { other: 40 } }])).toEqual([{ atStop: 0 }, 2]);
    const signs = (...ages: readonly number[]) =>
      ages.map((age) => ({ heard: { one: age, other: 50 } }));
    const silent = { instanceOf: () => Promise.resolve(undefined) };
    const stop = async (...ages: readonly number[]) =>
      (await secondsUntilStop([0], signs(...ages), 0, silent))[1];
    expect(await stop(40, 41, 0.5, 1.5, 2.5)).toBe(4);
    expect(await stop(40)).toBe(2);
    expect(await stop(1)).toBe(360);
  });

  test("keeps serving at the limit with tunnels open, if the policy is to stop", async () => {
    const { agents, said } = memoryAgents([3]);
    expect(await failure(prepareAgent(agents, "bamf-agent-a", policy, turn()))).toContain(
      "bamf-agent-a keeps serving, since 3 tunnels are still open, and the policy is to stop then",
    );
    expect(said).toEqual(["bamf-agent-a: 3 tunnels run through it, which its stop cuts"]);
  });

  test("may be stopped with as many open as the consent allows, and no more", async () => {
    const ask = (cut: number) =>
      prepareAgent(
        memoryAgents([3]).agents,
        "bamf-agent-a",
        { ...policy, policy: "cut", cut },
        turn(),
      );
    expect(await ask(3)).toEqual({ atStop: 3 });
    expect(await failure(ask(2))).toContain("the consent allows to cut 2");
  });

  test("that does not say how many it has is not stopped: that is not none", async () => {
    const { agents } = memoryAgents([undefined]);
    expect(await failure(prepareAgent(agents, "bamf-agent-a", policy, turn()))).toContain(
      "bamf-agent-a does not say how many tunnels run through it",
    );
  });
});

test.each([
  ["one is ready", { instances: [instance("new-1")] }, true],
  ["none is", { instances: [{ ...instance("new-1"), readySince: undefined }] }, false],
  ["there is to be none", { instances: [], wanted: 0 }, true],
])("old agents can be done without where of the new ones %s", async (_, found, expected) => {
  const { options } = memoryAgents([]).agents;
  const io = { env: {}, say: () => undefined };
  const { platform } = memoryPlatform([look(found)]);
  const agents = agentsOf(platform, "bamf-agent", options, undefined, io);
  expect(await agents.anyReady()).toBe(expected);
});

test("an agent's log says which instance it is, the newest start last", () => {
  const line = (id: string) =>
    `{"level":"INFO","msg":"agent instance started","instance_id":"${id}","agent_id":"agent"}`;
  expect(instanceIn([line("one"), "{}", line("two"), ""])).toBe("two");
  expect(instanceIn(["{}"])).toBeUndefined();
});

test("an agent's metrics say how many tunnels run through it, or nothing", () => {
  expect(tunnelsIn("# TYPE bamf_agent_active_tunnels gauge\nbamf_agent_active_tunnels 7\n")).toBe(
    7,
  );
  expect(tunnelsIn("bamf_agent_active_relay 0\n")).toBeUndefined();
});
