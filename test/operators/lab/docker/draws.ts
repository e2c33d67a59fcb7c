import fc from "fast-check";
import { PARTS, type OfDocker, type Operation } from "../operation";
import { edits, just, type Draws } from "../sequence";
import { restoreConsents, smoltbotReleases } from "../smoltbot";

const told = (to: string): Operation => ({ kind: "up to a release, as it is told", release: to });
const killed = (to: string, when: string): Operation => ({
  kind: "up to a release, as it is told, killed",
  ...{ release: to, part: "everything", when },
});

const role = fc.constantFrom("gateway", "gateway", "observer", "proxy", "postgres", "redis");

/** What is done by hand to one container. */
const onContainer: fc.Arbitrary<OfDocker> = fc.oneof(
  ...(
    ["stop by hand", "restart by hand", "remove by hand", "remove by hand and refresh"] as const
  ).map((kind) => role.map((one) => ({ kind, role: one }))),
);

const daemonEnds: fc.Arbitrary<OfDocker> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ kind: "the daemon is restarted" as const }) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(0, 0, 20)
      .map((awaySeconds) => ({ kind: "the daemon is killed" as const, awaySeconds })),
  },
);

/** What somebody does on the host in the middle of a run. */
const meanwhile: fc.Arbitrary<OfDocker> = fc.oneof(
  { weight: 5, arbitrary: daemonEnds },
  {
    weight: 5,
    arbitrary: onContainer.filter(({ kind }) => kind !== "remove by hand and refresh"),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "somebody runs compose up" as const }) },
);

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
  { weight: 8, arbitrary: onContainer },
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
  { weight: 4, arbitrary: daemonEnds },
  {
    weight: 3,
    arbitrary: fc.boolean().map((on): Operation => ({ kind: "switch live-restore", on })),
  },
  { weight: 2, arbitrary: just("somebody runs compose up", "what Compose made goes") },
  { weight: 2, arbitrary: just("write another password", "write the right password") },
  {
    weight: 2,
    arbitrary: just("the disk of the backups is full", "the disk of the backups has room"),
  },
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
    ...["the new gateway takes requests", "the writers are told to stop"],
    "the names of the databases are exchanged",
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
    [{ kind: "switch live-restore", on: true }, told("1.1.0")],
  ],
  own: { weight: 3, arbitrary: restoreConsents },
  deed,
  parts: [...PARTS, "the plugin docker"],
  meanwhile,
  // What an operator himself has put wrong he mends before he asks for a way out.
  ending: [
    { kind: "what Compose made goes" },
    { kind: "write the right password" },
    { kind: "the disk of the backups has room" },
    { kind: "take the consents back" },
    { kind: "see it through" },
  ],
};
