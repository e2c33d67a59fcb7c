import { valid } from "semver";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { CutConsent, HostsGateSettings, SeenHost } from "../gate-input";

const { pass, warn, block } = gate("agent-tunnels");

/** What this gate looks at. */
export interface AgentTunnelsArgs {
  /** Hosts whose agent would be stopped. */
  readonly stopped: readonly SeenHost[];
  /** All that have answered: those that are at the release may have had tunnels cut for it. */
  readonly seen: readonly SeenHost[];
  readonly sessions: HostsGateSettings["sessions"];
  readonly consent: CutConsent | undefined;
  readonly release: string;
  /** Release of what agents follow, as it was verified last; undefined if the stack file names nothing. */
  readonly api: Observation<string | undefined> | undefined;
  /** Releases that its pods run or start now; undefined where nobody can look. */
  readonly live: Observation<readonly string[]> | undefined;
  /** The release to which this run brings that; undefined if another one does, or nobody. */
  readonly apiTo: string | undefined;
  /** `gateway bamf of this stack` */
  readonly follows: string | undefined;
  /** Config path of the consent. */
  readonly at: string;
}

/**
 * Tells before anything is stopped how many tunnels are open, by group: the stop of an agent cuts all of its own, and nothing carries one over. Where the policy is to cut, it lets
 * a rollout begin only with a consent that names release, group and number. That number holds for the release: what earlier runs have cut for it counts. No agent is stopped while bridges
 * are rolled: a tunnel that is on its way back from one of them counts nowhere, and an agent that is kept from new tunnels gets none back.
 *
 * Source: the stock agent of v0.11.0, stopped with 63 open tunnels: none was kept. The stock bridge and agent, run: with the instance that held its tunnels kept off, none of five came back
 * from a bridge that was killed.
 */
export function agentTunnels(args: AgentTunnelsArgs): readonly Finding[] {
  const { stopped, consent, release, at } = args;
  const overlap = besideBridges(args);
  const groups = [...new Set(stopped.map(({ group }) => group))];
  const findings = groups.flatMap((group) =>
    ofGroup(
      group,
      stopped.filter((host) => host.group === group),
      args,
    ),
  );
  const isLeft = consent !== undefined && consent.release !== release;
  return [
    ...overlap,
    ...(findings.length === 0 && !isLeft && overlap.length === 0
      ? [pass({ at, found: stopped.length === 0 ? "no agent is stopped" : "no tunnel is open" })]
      : findings),
    ...(isLeft
      ? [
          warn({
            at,
            found: `a consent for ${consent.release}, which is not the wanted release`,
            expected: "no consent",
            fix: "remove consents.cut from the stack file",
          }),
        ]
      : []),
  ];
}

function besideBridges({
  stopped,
  seen,
  api,
  live,
  apiTo,
  follows,
  at,
}: AgentTunnelsArgs): readonly Finding[] {
  const isVerified = api?.observed === true && api.value === apiTo;
  // What was verified last is not what runs where another upgrade was cut off: on the way back its bridges are rolled as well.
  const running = live?.observed === true ? live.value.filter((one) => valid(one) !== null) : [];
  const rolls = apiTo !== undefined && !(isVerified && running.every((one) => one === apiTo));
  const led = seen.filter(({ facts }) => facts.beside?.phase === "leads");
  const names = new Set([...stopped, ...led].map(({ name }) => name));
  if (names.size === 0 || !rolls) return [];
  return [
    block({
      at,
      found: `${[...names].join(", ")} would be stopped, or kept from new tunnels, in a run that brings ${follows ?? "the API"} to ${apiTo}, whose bridges are rolled meanwhile`,
      expected:
        "one of the two at a time: tunnels come back from their bridge to the agent that holds them",
      fix: `going up, ${follows ?? "the API"} first with the line of the agents as it was, going back the agents first, each with a pulumi up of its own; or take ${[...names].join(", ")} out of hosts.inventory until ${follows ?? "the API"} is verified at ${apiTo}`,
    }),
  ];
}

function ofGroup(
  group: string,
  hosts: readonly SeenHost[],
  { seen, sessions: { policy, limitMinutes }, consent, release, at }: AgentTunnelsArgs,
): readonly Finding[] {
  const busy = hosts.filter(({ facts }) => facts.tunnels !== 0);
  if (busy.length === 0) return [];
  const open = busy.reduce((sum, { facts }) => sum + (facts.tunnels ?? 0), 0);
  const silent = busy.filter(({ facts }) => facts.tunnels === undefined).map(({ name }) => name);
  const ask =
    silent.length === 0
      ? ""
      : `; see why the agent of ${silent.join(", ")} does not tell its tunnels`;
  const each = busy.map(({ name, facts }) => `${name} ${facts.tunnels ?? "does not say"}`);
  const found = `${open} tunnels are open through group ${group} (${each.join(", ")}), and the stop of an agent cuts all of its own`;
  const expected = "no open tunnel, or a time at which it does little harm";
  if (policy !== "cut")
    return [
      warn({
        at,
        found: `${found}; ${policy === "wait" ? "each host waits until they have ended" : `after ${limitMinutes} min on one host the run halts there`} (sessions.policy: ${policy})`,
        expected,
        fix: `choose a quiet time, or set sessions.policy to cut with consents.cut${ask}`,
      }),
    ];
  const covers = consent?.release === release ? consent.groups[group] : undefined;
  const cut = seen
    .filter((host) => host.group === group)
    .reduce((sum, { facts }) => sum + (facts.cut[release] ?? 0), 0);
  const before = cut === 0 ? "" : `, of which ${cut} were cut before`;
  if (consent !== undefined && covers !== undefined && covers >= cut + open)
    return [
      warn({
        at,
        found: `${found}; those that are left after ${limitMinutes} min are cut, at most ${covers}${before}, with the operator's consent: ${consent.reason}`,
        expected,
        fix: "remove the consent once the release is verified",
      }),
    ];
  const others = consent?.release === release ? consent.groups : {};
  const numbers = Object.entries({ ...others, [group]: cut + open })
    .map(([name, number]) => `${name}: ${number}`)
    .join(", ");
  return [
    block({
      at,
      found: `${found}${covers === undefined ? "" : `; the consent covers ${covers}${before}`}`,
      expected: "a consent that names the release, the group and the number",
      fix: `set consents.cut to { release: "${release}", groups: { ${numbers} }, reason: "..." } in the stack file, with each group that is told of, or wait for them to end${ask}`,
    }),
  ];
}
