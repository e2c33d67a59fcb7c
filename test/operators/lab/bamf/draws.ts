import fc from "fast-check";
import { WANTED, type Operation } from "../operation";
import { oneOf, type Draws } from "../sequence";

export const FIRST = "0.10.0";

/**
 * Releases with how often: one schema, one before that, and such as fail: in the migration, in a bridge that is never ready, in an API that answers with errors or
 * rejects agents.
 */
const release = oneOf({
  ...{ "0.11.0": 8, "0.10.0": 5, "0.9.1": 2 },
  ...{ "0.11.1": 1, "0.11.2": 1, "0.11.4": 1, "0.11.5": 1 },
});

const told = (to: string): Operation => ({ kind: "up to a release, as it is told", release: to });
const killed = (to: string, when: string): Operation => ({
  kind: "up to a release, as it is told, killed",
  ...{ release: to, part: "everything", when },
});

const ofSessions: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("users open tunnels" as const),
      tunnels: fc.integer({ min: 1, max: 4 }),
      through: fc.constantFrom("foreign" as const, "chart" as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Operation>({ kind: "users go home" }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("consent to cut" as const),
      release: fc.oneof(
        { weight: 4, arbitrary: fc.constant(WANTED) },
        { weight: 1, arbitrary: release },
      ),
      sessions: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("say what becomes of sessions" as const),
      policy: fc.constantFrom("cut" as const, "cut" as const, "stop" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("switch the guard" as const),
      on: fc.boolean(),
    }),
  },
);

export const draws: Draws = {
  release,
  signs: [
    ...["a dump is proven", "the schema is migrated"],
    ...["a bridge is told to stop", "the agents are held"],
  ],
  latestKill: 60,
  pods: { min: 2, max: 3 },
  steps: ["schema", "rollout-bridges", "rollout-agents"],
  longest: 2,
  beginnings: [
    [],
    [told("0.11.0"), { kind: "write rows" }],
    [killed("0.11.0", "a bridge is told to stop")],
    [killed("0.11.0", "the agents are held")],
  ],
  own: { weight: 8, arbitrary: ofSessions },
};
