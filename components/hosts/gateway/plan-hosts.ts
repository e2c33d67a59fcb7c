import type { HopsInPlan } from "../../upgrade/plan/hops";
import { planUpgrade, type Plan } from "../../upgrade/plan/plan";
import { isStray } from "../plan/beside";
import { ownershipOf } from "../plan/owner";
import { seenHosts, type HostsInput } from "../gate-input";

/** Programs alone: there is no schema between two releases, and each host keeps the binary from before. */
export const PROGRAMS_ONLY: HopsInPlan = {
  dangers: () => [],
  keepsSchema: () => true,
  descent: () => ({ kind: "no", why: "the binary from before was kept" }),
  wayBack: () => ({ kind: "programs-only" }),
};

/** What a plan of hosts follows from. */
export type PlanSubject = Pick<
  HostsInput,
  "groups" | "facts" | "known" | "assets" | "wanted" | "claim"
>;

/** Plans from what was verified last and from what runs, by the sums of what the processes execute. */
export function planHosts(wanted: string, subject: PlanSubject): Plan {
  const { facts, known } = subject;
  const verified = facts.own.observed ? facts.own.value : undefined;
  const running = seenHosts(subject).flatMap(({ facts: { running: own, beside } }) =>
    // One that is about to end takes nothing new.
    [own, beside?.phase === "leaves" ? undefined : beside?.sha256].flatMap(
      (sum) => known[sum ?? ""] ?? [],
    ),
  );
  return planUpgrade({
    wanted,
    running: [...new Set(running)],
    ...(verified === undefined ? {} : { verified: verified.version }),
    occasion: occasionOf(wanted, subject),
    hops: PROGRAMS_ONLY,
  });
}

/**
 * What asks for a rollout although the stack file is the verified one: hosts that were out of reach when it was verified, on which somebody has put another binary, started or not yet
 * (T-32), or where a second instance of another release takes new tunnels, and hosts that another stack keeps and the operator has consented to take over: the step notes it. It names
 * the verification, so that the same host asks again after the next one.
 */
function occasionOf(wanted: string, { assets, wanted: sums, claim, ...seen }: PlanSubject): string {
  const { own } = seen.facts;
  const verified = own.observed ? own.value : undefined;
  if (verified === undefined) return "";
  const behind = seenHosts(seen).filter(({ facts }) => {
    const sha256 = sums[assets[facts.machine ?? ""] ?? ""];
    const isThere = facts.running === sha256 && (facts.sha256 ?? sha256) === sha256;
    return sha256 !== undefined && (!isThere || isStray(facts, { sha256 }));
  });
  const taken = seenHosts(seen).filter(({ facts }) => ownershipOf(facts.owner, claim) === "taken");
  const asking = [
    [behind, "not at the release"],
    [taken, `kept by ${claim.takeOver ?? ""} so far`],
  ] as const;
  const words = asking.flatMap(([hosts, what]) =>
    hosts.length === 0 ? [] : [`${hosts.map(({ name }) => name).join(", ")} ${what}`],
  );
  if (verified.version !== wanted || words.length === 0) return verified.occasion ?? "";
  return [...words, `last verified ${verified.verifiedAt}`].join("; ");
}
