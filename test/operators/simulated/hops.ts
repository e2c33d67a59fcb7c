import { hop } from "../../../components/upgrade/gates/hop";
import { restore } from "../../../components/upgrade/gates/restore";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { knowsMajor, lastSeen, type CameBack } from "../../../components/upgrade/plan/came-back";
import type { Consents } from "../../../components/upgrade/plan/consent";
import { hopsInPlan, isOfSchema, releaseAhead } from "../../../components/upgrade/plan/hops";
import { occasionOf } from "../../../components/upgrade/plan/occasion";
import { planUpgrade, type Plan } from "../../../components/upgrade/plan/plan";
import { judge } from "../../../components/upgrade/verdict";
import { knownHops } from "../../upgrade/plan/known-hops";

export const HOP_RELEASES = ["0.1.0", "0.2.0", "0.3.0", "0.4.0"] as const;
export type HopRelease = (typeof HOP_RELEASES)[number];

/** Moments at which a run may be killed. */
export const HOP_MOMENTS = [
  "while the writers are stopped",
  "behind the way down",
  "after the way down",
  "while the schema is migrated",
  "after the schema",
  "after the workloads were applied",
  "after the rollout",
] as const;
export type HopMoment = (typeof HOP_MOMENTS)[number];

interface HopEvidence {
  readonly version: HopRelease;
  readonly schemaHead: string;
  readonly verifiedAt: string;
  readonly occasion: string;
  readonly cameBack?: CameBack | undefined;
}

/** What of the program may be taken out, each with what happens then; its absence has to be found. */
export const HOP_SAFEGUARDS = {
  "the schema step knows of the way down":
    "an up that was cut off on the way forward leaves a way down that the engine takes for done",
  "rows that go are saved": "they are gone",
} as const;
export type HopSafeguard = keyof typeof HOP_SAFEGUARDS;

/** A gateway of a product that knows its hops: what is live, what the engine remembers, and the stack file. Changed in place by what happens. */
export interface HopWorld {
  /** Taken out of the program. */
  readonly without: HopSafeguard | undefined;
  now: number;
  file: { version: HopRelease; consents: Consents };
  head: string;
  silent: boolean;
  /** Rows of the table `places`, which a way down from r2 deletes. */
  places: readonly number[];
  /** Rows in files beside the dumps. */
  saved: readonly number[];
  nextRow: number;
  serving: HopRelease | undefined;
  stopped: boolean;
  stops: number;
  declared: HopRelease | undefined;
  generation: number;
  /** Releases whose Job has completed. */
  completed: readonly string[];
  steps: Readonly<Record<string, string>>;
  evidence: HopEvidence | undefined;
  /** Ways down that were taken, each with the consent of that moment. */
  readonly descents: { readonly release: string; readonly consent: string | undefined }[];
}

export const emptyHopWorld = (without?: HopSafeguard): HopWorld => ({
  without,
  ...{ now: 0, file: { version: "0.1.0", consents: {} }, head: "", silent: false, places: [] },
  ...{ saved: [], nextRow: 1, serving: undefined, stopped: false, stops: 0, declared: undefined },
  ...{ generation: 0, completed: [], steps: {}, evidence: undefined, descents: [] },
});

export const headOfRelease = (release: string): string => knownHops.headOf(release) ?? "";

/** A program works on its own schema alone. */
export const fitsHop = (release: string, head: string): boolean => headOfRelease(release) === head;

/** What the program would plan, and the gates that stop it. */
export function decideHop(world: HopWorld): {
  readonly plan: Plan;
  readonly stops: readonly string[];
} {
  const { file, evidence, serving, head, silent } = world;
  const running = serving === undefined ? [] : [serving];
  const migrations = silent ? unavailable("silent") : observed(head === "" ? undefined : [head]);
  const question = {
    ...{ wanted: file.version, verified: evidence, running, migrations },
    ...{ migrated: world.completed, restore: unavailable("no dumps here") },
  };
  const present = [...running, ...(evidence === undefined ? [] : [evidence.version])];
  const way = { ...question, hops: knownHops, present, atStake: undefined };
  const isDown = world.declared !== undefined && !world.stopped && serving === undefined;
  const plan = planUpgrade({
    wanted: file.version,
    ...(evidence === undefined ? {} : { verified: evidence.version }),
    running,
    ahead: releaseAhead(way),
    hops: hopsInPlan(way),
    schema:
      evidence !== undefined &&
      knowsMajor(question, (one) => isOfSchema(knownHops, one, file.version))
        ? lastSeen(evidence)
        : undefined,
    cameBack: evidence?.cameBack,
    occasion: occasionOf({
      ...question,
      live: {
        running,
        stopped: world.stopped ? `generation ${world.stops}` : undefined,
        down: isDown ? "it" : undefined,
      },
    }),
  });
  const findings = [
    ...hop({ plan, consents: file.consents, head: silent ? undefined : head, at: "consents" }),
    ...restore({ plan, restoredFrom: silent ? undefined : "", at: "consents", keysAt: "keys" }),
  ];
  return { plan, stops: judge(findings, { phase: "up" }).map(({ found }) => found) };
}

/** Consents to all that the preview asks for. */
export function consentToAll(world: HopWorld): void {
  const { plan } = decideHop(world);
  const release = world.file.version;
  const said = { release, reason: "drawn" };
  const dangers = plan.dangers === undefined || "kind" in plan.dangers ? [] : plan.dangers;
  const asked = Object.fromEntries(dangers.map(({ consent }) => [consent, said]));
  const need = plan.restore;
  const downgrade =
    need?.kind === "downgrade"
      ? { ...said, from: need.image, revision: need.revision, deletes: need.deletes }
      : undefined;
  world.file = { ...world.file, consents: { ...asked, downgrade } };
}
