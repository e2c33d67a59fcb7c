import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";
import { unitHindrances } from "../plan/judge-host";

const { pass, block } = gate("agent-unit");

/** Lets a rollout begin only if the unit of each agent is there, enabled and active (T-43), and starts a file that is there (T-32). */
export const agentUnit = ({ hosts }: { readonly hosts: readonly SeenHost[] }): readonly Finding[] =>
  hostFindings(
    hosts,
    ({ facts }) => unitHindrances(facts),
    { pass, block },
    `enabled and active, from ${[...new Set(hosts.map(({ facts }) => facts.binary))].join(", ")}`,
  );
