import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";
import { mostMissing, type HostGroup } from "../plan/groups";

const { pass, warn, block } = gate("host-reach");

/** What this gate looks at. */
export interface HostReachArgs {
  readonly groups: readonly HostGroup[];
  /** One look at each host, by its name. */
  readonly hosts: Readonly<Record<string, Observation<HostFacts>>>;
}

/** Lets a rollout begin only if enough hosts of each group answer: all of the first one, and of each other one all but the share that may be missing. */
export const hostReach = ({ groups, hosts }: HostReachArgs): readonly Finding[] =>
  groups.flatMap((group, index) => ofGroup(group, index === 0, hosts));

function ofGroup(
  group: HostGroup,
  isFirst: boolean,
  looks: HostReachArgs["hosts"],
): readonly Finding[] {
  const missing = group.hosts.flatMap((name) => {
    const look = looks[name];
    return look === undefined || look.observed ? [] : [{ name, reason: look.reason }];
  });
  const { length } = group.hosts;
  const seen = `${length - missing.length} of ${length} hosts answer`;
  if (missing.length === 0) return [pass({ at: `group ${group.name}`, found: seen })];
  const most = mostMissing(group, isFirst);
  return [
    (missing.length > most ? block : warn)({
      at: `group ${group.name}`,
      found: `${seen}; ${missing.map(({ name, reason }) => `${name}: ${reason}`).join("; ")}`,
      expected: isFirst
        ? "all of them: the first group has to show that the release works"
        : `all of them; ${most} may be missing (mayMiss: ${group.mayMiss} %)`,
      fix: "see that ssh reaches it as this user and with the pinned key, or take it out of the inventory",
    }),
  ];
}
