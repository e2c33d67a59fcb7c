import { bridgeOptionsSchema } from "../../../components/bamf/sessions/options";
import type { Bridges, GuardState, RedisSide } from "../../../components/bamf/sessions/bridges";
import type { BridgeMetrics } from "../../../components/bamf/sessions/bridge-metrics";
import type { SeenBridge } from "../../../components/bamf/sessions/decide";
import type { SessionPolicy } from "../../../components/upgrade/sessions";
import { bridge, listed } from "./seen";

export const policy = (change: Partial<SessionPolicy> = {}): SessionPolicy => ({
  policy: "stop",
  cut: 0,
  limitSeconds: 0,
  cordon: true,
  carry: true,
  ...change,
});

export const guard = (change: Partial<GuardState> = {}): GuardState => ({
  guarded: 4,
  named: 4,
  moved: 4,
  movedElsewhere: 0,
  revived: 4,
  turns: 0,
  quietSeconds: 5,
  longestAwaySeconds: 0.7,
  toldTwice: 0,
  ...change,
});

/**
 * Two bridges `a` and `b` in memory, whose time passes with their pauses.
 *
 * @param open - tunnels on `a` at each look, one after the other; the last one stays; undefined if it does not answer
 */
export function memoryBridges(open: (number | undefined)[], change: Partial<RedisSide> = {}) {
  const calls: string[] = [];
  const said: string[] = [];
  const note =
    (call: string) =>
    (...args: readonly (string | boolean | undefined)[]) => {
      calls.push([call, ...args].join(" "));
      return Promise.resolve();
    };
  const redis: RedisSide = {
    look: () => Promise.resolve({ bridges: { a: listed() }, marks: {}, edges: [] }),
    listed: () => Promise.resolve(listed()),
    cordon: note("cordon"),
    leave: note("leave"),
    adopt: () => Promise.resolve(true),
    state: () => Promise.resolve({ state: "held", landed: 0, guard: null }),
    settle: () => Promise.resolve(guard()),
    giveBack: note("give back"),
    giveBackRest: note("give back the rest"),
    reach: () => Promise.resolve(undefined),
    ...change,
  };
  const next = () => (open.length > 1 ? open.shift() : open[0]);
  const seen = (): readonly SeenBridge[] => {
    const count = next();
    const a = bridge("a", count ?? 0);
    return [count === undefined ? { ...a, metrics: undefined } : a, bridge("b", 1)];
  };
  const bridges: Bridges = {
    options: bridgeOptionsSchema.parse({
      api: { workload: "api", labels: {} },
      bridge: { labels: {} },
      registersWithinSeconds: 0.01,
      heardWithinSeconds: 20,
      settlesWithinSeconds: 0.01,
    }),
    redis,
    metrics: (): Promise<BridgeMetrics | undefined> =>
      Promise.resolve({ ...bridge("a", 1).metrics!, bytes: 16 }),
    isGone: () => Promise.resolve(false),
    seen: () => Promise.resolve(seen()),
    pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
    say: (line) => void said.push(line),
  };
  return { bridges, calls, said };
}
