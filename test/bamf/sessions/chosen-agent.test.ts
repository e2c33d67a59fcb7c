import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { prepareAgent } from "../../../components/bamf/sessions/prepare-agent";
import { memoryAgents } from "./memory-agents";

const LIFE_OF_A_SESSION = 30;
const BETWEEN_SIGNS = 60;

/** A session for which the API has chosen the old agent. All moments in seconds since the beginning. */
interface Chosen {
  readonly at: number;
  /** When the API has written it, when the agent has heard of it and counts it, and when both ends have met; never, if its agent or its client is gone. */
  readonly written: number;
  readonly counted: number;
  readonly met: number;
  readonly ends: number;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/**
 * Prepares the old agent in a world in which it gives a sign of life each minute, the first one at `sign`, and these sessions are chosen for it. Each question takes
 * its time, as it does in a cluster.
 *
 * @returns when it may be stopped
 */
async function stopIn(sessions: readonly Chosen[], sign: number): Promise<number> {
  const start = performance.now();
  const now = () => (performance.now() - start) / 1000;
  const take = (seconds: number) => void vi.advanceTimersByTime(seconds * 1000);
  const firstSeen = new Map<Chosen, number>();
  const { agents } = memoryAgents([0]);
  const side = {
    ...agents.side!,
    keep: () => {
      const last = sign + Math.floor((now() - sign) / BETWEEN_SIGNS) * BETWEEN_SIGNS;
      const heard = now() - last;
      take(0.1);
      const pending = sessions.filter(
        ({ written, met }) =>
          written <= now() && now() < Math.min(met, written + LIFE_OF_A_SESSION),
      );
      for (const one of pending) if (!firstSeen.has(one)) firstSeen.set(one, now());
      const ages = pending.map((one) => now() - firstSeen.get(one)!);
      return Promise.resolve({
        ...{ state: "held" as const, bridge: null, online: ["new-1"] },
        ...{ coming: ages.length === 0 ? null : Math.min(...ages), heard: { old: heard } },
      });
    },
  };
  const world = {
    ...agents,
    side,
    options: { ...agents.options, registersWithinSeconds: 180 },
    tunnels: () => {
      take(0.1);
      const open = sessions.filter(({ counted, ends }) => counted <= now() && now() < ends);
      return Promise.resolve(open.length);
    },
    instanceOf: () => Promise.resolve("old"),
    pause: () => {
      take(1);
      return Promise.resolve();
    },
  };
  const policy = { policy: "wait", cut: 0, limitSeconds: 0, cordon: true, carry: false } as const;
  await prepareAgent(world, "bamf-agent-a", policy, { keptOff: true, since: start });
  return now();
}

const never = { counted: Infinity, met: Infinity, ends: -Infinity };
/** One that nobody comes for. */
const abandoned = (at: number): Chosen => ({ at, written: at, ...never });
const seconds = (count: number, step: number) =>
  Array.from({ length: count }, (_, place) => place * step);

/** How long the API takes to write what it has chosen, and how long the agent takes to hear of it: one that has lost the API for a moment hears of it late. */
const delays = [0, 1.5].flatMap((writing) =>
  [0, 3, 11, 25].map((hearing) => ({ writing, hearing })),
);

test.each(delays)(
  "an old agent that was chosen at a sign of life is not stopped before its tunnel has come and ended, whatever was on its way before: written after $writing s, heard of after $hearing s (B-12, T-39)",
  async ({ writing, hearing }) => {
    for (const sign of seconds(10, 6.1))
      for (const before of [undefined, ...seconds(5, 6.3)]) {
        const written = sign + writing;
        const counted = written + hearing;
        const one = { at: sign, written, counted, met: counted + 0.5, ends: counted + 20 };
        const others = before === undefined ? [] : [abandoned(Math.max(0, sign - before))];
        const stop = await stopIn([...others, one], sign);
        // Stopped before it was chosen, it is none of those that can be.
        if (stop >= one.at)
          expect(stop, JSON.stringify({ sign, before })).toBeGreaterThan(one.ends);
      }
  },
);

test("an old agent for which nothing comes is stopped within a minute, and one for which something never arrives within another half", async () => {
  for (const sign of seconds(10, 6.1)) {
    expect(await stopIn([], sign)).toBeLessThan(BETWEEN_SIGNS + 7);
    const stop = await stopIn([abandoned(sign)], sign);
    expect(stop).toBeLessThan(2 * BETWEEN_SIGNS + 7);
  }
});
