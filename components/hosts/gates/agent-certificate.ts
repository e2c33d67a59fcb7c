import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";
import { certificateHindrances, renewsAtStart } from "../plan/judge-host";

const { pass, warn, block } = gate("agent-certificate");

/** A look may take some seconds; beyond this somebody's clock is wrong. */
const CLOCK_MS = 120_000;

/** By its own clock a host takes a certificate for good that others take for ended, and the other way round. */
const wrongClock = ({ name, facts: { clock } }: SeenHost, now: number): readonly Finding[] => {
  const off = clock === undefined ? 0 : clock - now;
  if (Math.abs(off) <= CLOCK_MS) return [];
  const minutes = Math.round(Math.abs(off) / 60_000);
  return [
    warn({
      at: `host ${name}`,
      found: `a clock that is ${minutes} min ${off < 0 ? "behind" : "ahead of"} that of this machine`,
      expected: "one time: certificates, and what becomes of a swap, are judged by it",
      fix: "chrony or systemd-timesyncd on both",
    }),
  ];
};

const renewal = ({ name, facts }: SeenHost): readonly Finding[] =>
  renewsAtStart(facts)
    ? [
        warn({
          at: `host ${name}`,
          found: "a certificate past half of its life: the agent renews it as it starts",
          expected:
            "one that stays, so that a new one after the swap tells of an agent that has joined anew (B-39)",
          fix: "nothing; or wait for a day, in which the agent renews it by itself",
        }),
      ]
    : [];

/** Lets no agent be stopped whose certificate has ended or is about to: it would not come back with it (B-39). Of one that lies elsewhere it warns. */
export function agentCertificate({
  hosts,
  now,
}: {
  readonly hosts: readonly SeenHost[];
  /** By the clock of this machine, in milliseconds since 1970. */
  readonly now: number;
}): readonly Finding[] {
  const unseen = hosts.filter(({ facts }) => facts.certificateEnds === undefined);
  return [
    ...hostFindings(
      hosts.filter(({ facts }) => facts.certificateEnds !== undefined),
      ({ facts }) => certificateHindrances(facts),
      { pass, block },
      "a certificate that is good for days",
    ),
    ...hosts.flatMap((host) => [...wrongClock(host, now), ...renewal(host)]),
    ...(unseen.length === 0
      ? []
      : [
          warn({
            at: unseen.map(({ name }) => `host ${name}`).join(", "),
            found: "no certificate that can be read in the folder of its data",
            expected: "agent.crt, so that one can see whether the agent comes back with it (B-39)",
            fix: "see that data_dir of its configuration is right; an agent that joins anew halts the rollout",
          }),
        ]),
  ];
}
