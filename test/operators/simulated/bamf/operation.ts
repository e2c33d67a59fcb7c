import fc from "fast-check";
import type { Values } from "../../../../components/upgrade/values";
import { hopOperation, type HopOperation } from "../drawn-hops";
import { letGo } from "./bridges";
import { consentAsAsked } from "./decide";
import { BAMF_MOMENTS, type BamfKill } from "./run";
import { BAMF_RELEASES, openTunnel, passTime, type BamfRelease, type BamfWorld } from "./world";

/** What an operator, a user or a machine may do next. */
export type BamfOperation =
  | HopOperation<BamfRelease, BamfKill>
  | { readonly kind: "write values"; readonly values: Values }
  | {
      readonly kind: "say what becomes of sessions";
      readonly policy: "wait" | "stop" | "cut";
      readonly seconds: number;
    }
  | { readonly kind: "switch"; readonly what: "cordon" | "guard"; readonly on: boolean }
  | { readonly kind: "consent to cut"; readonly release: BamfRelease; readonly sessions: number }
  | { readonly kind: "users open tunnels"; readonly tunnels: number }
  | { readonly kind: "users go home" }
  | { readonly kind: "a bridge crashes"; readonly bridge: number }
  | { readonly kind: "the API pods are restarted" }
  | { readonly kind: "wait" };

/** Files of the layouts that the catalogue knows, with more and fewer bridges; one names them twice, and one keeps all rows of audit_logs. */
const FILES: readonly Values[] = [
  {},
  { bridge: { replicas: 3 } },
  { outpost: { bridge: { replicas: 3 } } },
  { edge: { bridge: { replicas: 3 } } },
  {
    edge: { bridge: { replicas: 4 } },
    core: { api: { config: { audit: { retention_days: 0 } } } },
  },
  { api: { replicas: 2 }, outpost: { bridge: { replicas: 2 } } },
  { bridge: { replicas: 3 }, edge: { bridge: { replicas: 2 } } },
  { edge: { bridge: { replicas: 1 } } },
];

const kill: fc.Arbitrary<BamfKill> = fc.record({
  moment: fc.constantFrom(...BAMF_MOMENTS),
  time: fc.integer({ min: 1, max: 3 }),
});

const ofSessions: fc.Arbitrary<BamfOperation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("say what becomes of sessions" as const),
      policy: fc.constantFrom("wait" as const, "stop" as const, "cut" as const, "cut" as const),
      seconds: fc.constantFrom(0, 0, 6),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("switch" as const),
      what: fc.constantFrom("cordon" as const, "guard" as const),
      on: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("consent to cut" as const),
      release: fc.constantFrom(...BAMF_RELEASES),
      sessions: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("users open tunnels" as const),
      tunnels: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("a bridge crashes" as const),
      bridge: fc.nat(3),
    }),
  },
);

export const bamfOperation: fc.Arbitrary<BamfOperation> = fc.oneof(
  { weight: 6, arbitrary: hopOperation(BAMF_RELEASES, kill) },
  { weight: 3, arbitrary: ofSessions },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...FILES)
      .map((values) => ({ kind: "write values" as const, values })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(
        "users go home" as const,
        "the API pods are restarted" as const,
        "wait" as const,
      )
      .map((kind) => ({ kind })),
  },
);

/** Does it; runs of the program go through `runUp`. */
export async function carryOutBamf(
  world: BamfWorld,
  did: BamfOperation,
  runUp: (world: BamfWorld, kill: BamfKill | undefined) => Promise<void>,
): Promise<void> {
  passTime(world, 60_000);
  switch (did.kind) {
    case "up":
      await runUp(world, did.killAt);
      return;
    case "set the version":
      world.file = { ...world.file, version: did.version };
      return;
    case "consent to what is asked for":
      consentAsAsked(world);
      return;
    case "take the consents back":
      world.file = { ...world.file, consents: {} };
      return;
    case "write values":
      world.file = { ...world.file, values: did.values };
      return;
    case "say what becomes of sessions": {
      const { policy, seconds } = did;
      const sessions = { ...world.file.sessions, policy, limitMinutes: seconds / 60 };
      world.file = { ...world.file, sessions };
      return;
    }
    case "switch":
      world.file = {
        ...world.file,
        sessions: { ...world.file.sessions, [did.what]: did.on },
      };
      return;
    case "consent to cut": {
      const cut = { release: did.release, reason: "drawn", sessions: did.sessions };
      world.file = { ...world.file, consents: { ...world.file.consents, cut } };
      return;
    }
    default:
      happen(world, did);
  }
}

type Event = Exclude<
  BamfOperation,
  {
    readonly kind:
      | "up"
      | "set the version"
      | "consent to what is asked for"
      | "take the consents back"
      | "write values"
      | "say what becomes of sessions"
      | "switch"
      | "consent to cut";
  }
>;

/** What happens without the operator. */
function happen(world: BamfWorld, did: Event): void {
  switch (did.kind) {
    case "write rows":
      writeRows(world);
      return;
    case "the database falls silent":
    case "the database answers":
      world.silent = did.kind === "the database falls silent";
      return;
    case "users open tunnels":
      for (let count = 0; count < did.tunnels; count += 1) openTunnel(world);
      return;
    case "users go home":
      world.tunnels = [];
      return;
    case "a bridge crashes":
      crash(world, `bridge-${did.bridge}`);
      return;
    case "the API pods are restarted":
      world.holds = {};
      return;
    case "wait":
      passTime(world, 10 * 60_000);
      // What the program in the API pod holds for nobody ends with its time.
      world.holds = Object.fromEntries(
        Object.entries(world.holds).filter(([, { until }]) => until > world.now),
      );
  }
}

/** The API writes to the tables that its schema has. */
function writeRows(world: BamfWorld): void {
  if (world.serving === undefined) return;
  world.audit = [...world.audit, world.nextRow];
  world.nextRow += 1;
  if (!HAS_REVOKED.includes(world.head)) return;
  world.revoked = [...world.revoked, world.nextRow];
  world.wrote = [...world.wrote, world.nextRow];
  world.nextRow += 1;
}

/** Revisions at which there is a table revoked_certificates. */
const HAS_REVOKED = ["a2b3c4d5", "b3e4d5c6", "c4f5a6b7"];

/** No program may be blamed for the tunnels of a bridge that crashes. It registers anew. */
function crash(world: BamfWorld, name: string): void {
  const pod = world.bridges[name];
  if (pod === undefined) return;
  world.tunnels = world.tunnels.filter(({ bridge }) => bridge !== name);
  const held = world.holds[name];
  world.bridges = { ...world.bridges, [name]: { ...pod, since: world.now, cordoned: false } };
  if (held !== undefined) letGo(world, name);
}
