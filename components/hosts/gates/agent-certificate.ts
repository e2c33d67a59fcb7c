import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";
import { certificateHindrances } from "../plan/judge-host";

const { pass, warn, block } = gate("agent-certificate");

/** Lets no agent be stopped whose certificate has ended or is about to: it would not come back with it (B-39). Of one that lies elsewhere it warns. */
export function agentCertificate({
  hosts,
}: {
  readonly hosts: readonly SeenHost[];
}): readonly Finding[] {
  const unseen = hosts.filter(({ facts }) => facts.certificateEnds === undefined);
  return [
    ...hostFindings(
      hosts.filter(({ facts }) => facts.certificateEnds !== undefined),
      ({ facts }) => certificateHindrances(facts),
      { pass, block },
      "a certificate that is good for days",
    ),
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
