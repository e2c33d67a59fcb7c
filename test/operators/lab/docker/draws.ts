import fc from "fast-check";
import type { Operation } from "../operation";
import { edits, just, type Draws } from "../sequence";
import { restoreConsents, smoltbotReleases } from "../smoltbot";

const told = (to: string): Operation => ({ kind: "up to a release, as it is told", release: to });
const killed = (to: string, when: string): Operation => ({
  kind: "up to a release, as it is told, killed",
  ...{ release: to, part: "everything", when },
});

const role = (...roles: readonly string[]) => fc.constantFrom(...roles);

/** What is done on the host between two runs, and to the stack file. */
const deed: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 3, arbitrary: just("write rows") },
  { weight: 3, arbitrary: restoreConsents },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("set the version" as const),
      release: smoltbotReleases,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("stop by hand" as const),
      role: role("gateway", "observer", "proxy", "postgres", "redis"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("restart by hand" as const),
      role: role("gateway", "observer", "proxy", "postgres", "redis"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("remove by hand and refresh" as const),
      role: role("gateway", "observer", "proxy", "postgres", "redis"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("limit the front proxy" as const),
      mebibytes: fc.constantFrom(96, 128),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("limit Redis" as const),
      mebibytes: fc.constantFrom(64, 80),
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .integer({ min: 1, max: 2 })
      .map((replicas): Operation => ({ kind: "ask for pods", replicas })),
  },
  ...edits,
  { weight: 4, arbitrary: just("the daemon is killed", "the daemon is restarted") },
  { weight: 3, arbitrary: just("empty the backup folder", "go to the other machine") },
  {
    weight: 3,
    arbitrary: just("mistype a consent", "take the consents back", "preview", "refresh"),
  },
);

export const draws: Draws = {
  release: smoltbotReleases,
  signs: [
    ...["a dump is proven", "the schema is migrated"],
    ...["the new gateway takes requests", "the names of the databases are exchanged"],
  ],
  latestKill: 25,
  pods: { min: 1, max: 2 },
  steps: ["schema", "rollout"],
  longest: 4,
  beginnings: [
    [],
    [told("1.1.0"), { kind: "write rows" }],
    [told("2.0.0"), { kind: "write rows" }],
    [killed("1.1.0", "the new gateway takes requests")],
    [killed("2.0.0", "the schema is migrated")],
  ],
  own: { weight: 3, arbitrary: restoreConsents },
  deed,
};
