import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostsInWords } from "../plan/host-findings";
import { isCurrent, type WantedBinary } from "../plan/judge-host";
import { ownerFindings, type OwnerQuestion } from "../plan/owner-findings";

const { pass, warn, block } = gate("host-owner");

/** What this gate looks at. */
export interface HostOwnerArgs extends OwnerQuestion {
  readonly hosts: readonly SeenHost[];
  /** Undefined for a host of which nobody knows what it needs. */
  readonly wantedOn: (host: SeenHost) => Pick<WantedBinary, "sha256"> | undefined;
}

/** Lets no agent be swapped that another stack keeps at a release, by the note on its host, unless somebody has consented to take it over. */
export const hostOwner = ({ hosts, wantedOn, ...question }: HostOwnerArgs): readonly Finding[] =>
  ownerFindings(
    hosts.map((host) => {
      const wanted = wantedOn(host);
      return {
        at: `host ${host.name}`,
        owner: host.facts.owner,
        isThere: wanted !== undefined && isCurrent(host.facts, wanted),
        note: "the file owner below /var/lib/gateways there",
      };
    }),
    hostsInWords(hosts),
    question,
    { pass, warn, block },
  );
