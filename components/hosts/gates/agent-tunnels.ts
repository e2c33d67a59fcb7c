import { gate, type Finding } from "../../upgrade/finding";
import type { CutConsent, HostsGateSettings, SeenHost } from "../gate-input";

const { pass, warn, block } = gate("agent-tunnels");

/** What this gate looks at. */
export interface AgentTunnelsArgs {
  /** Hosts whose agent would be stopped. */
  readonly stopped: readonly SeenHost[];
  readonly sessions: HostsGateSettings["sessions"];
  readonly consent: CutConsent | undefined;
  readonly release: string;
  /** Config path of the consent. */
  readonly at: string;
}

/**
 * Tells before anything is stopped how many tunnels are open, by group: the stop of an agent cuts all of its own, and nothing carries one over. Where the policy is to cut, it lets
 * a rollout begin only with a consent that names release, group and number.
 *
 * Source: the stock agent of v0.11.0, stopped with 63 open tunnels: none was kept.
 */
export function agentTunnels(args: AgentTunnelsArgs): readonly Finding[] {
  const { stopped, consent, release, at } = args;
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
    ...(findings.length === 0 && !isLeft
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

function ofGroup(
  group: string,
  hosts: readonly SeenHost[],
  { sessions: { policy, limitMinutes }, consent, release, at }: AgentTunnelsArgs,
): readonly Finding[] {
  const busy = hosts.filter(({ facts }) => facts.tunnels !== 0);
  if (busy.length === 0) return [];
  const open = busy.reduce((sum, { facts }) => sum + (facts.tunnels ?? 0), 0);
  const each = busy.map(({ name, facts }) => `${name} ${facts.tunnels ?? "does not say"}`);
  const found = `${open} tunnels are open through group ${group} (${each.join(", ")}), and the stop of an agent cuts all of its own`;
  const expected = "no open tunnel, or a time at which it does little harm";
  if (policy !== "cut")
    return [
      warn({
        at,
        found: `${found}; ${policy === "wait" ? "each host waits until they have ended" : `after ${limitMinutes} min on one host the run halts there`} (sessions.policy: ${policy})`,
        expected,
        fix: "choose a quiet time, or set sessions.policy to cut with consents.cut",
      }),
    ];
  const covers = consent?.release === release ? consent.groups[group] : undefined;
  if (consent !== undefined && covers !== undefined && covers >= open)
    return [
      warn({
        at,
        found: `${found}; those that are left after ${limitMinutes} min are cut, at most ${covers}, with the operator's consent: ${consent.reason}`,
        expected,
        fix: "remove the consent once the release is verified",
      }),
    ];
  return [
    block({
      at,
      found: `${found}${covers === undefined ? "" : `; the consent covers ${covers}`}`,
      expected: "a consent that names the release, the group and the number",
      fix: `set consents.cut to { release: "${release}", groups: { ${group}: ${open} }, reason: "..." } in the stack file, or wait for them to end`,
    }),
  ];
}
