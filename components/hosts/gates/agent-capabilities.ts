import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";
import { giftHindrances } from "../plan/judge-host";

const { pass, block } = gate("agent-capabilities");

/** Lets no agent be stopped whose new binary would lack what the file of the old one has beside its content: it would come up without the right to open its ports, or not at all. */
export const agentCapabilities = ({
  hosts,
}: {
  /** Hosts whose agent would be stopped. */
  readonly hosts: readonly SeenHost[];
}): readonly Finding[] =>
  hostFindings(
    hosts,
    ({ facts }) => giftHindrances(facts),
    { pass, block },
    "what the file of the agent has beside its content comes along",
  );
