import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";
import { roomHindrances, type WantedBinary } from "../plan/judge-host";

const { pass, block } = gate("host-room");

/** Lets a rollout begin only if each host that is to be swapped has room for the new binary beside the old one. */
export const hostRoom = ({
  hosts,
  wantedOn,
}: {
  readonly hosts: readonly SeenHost[];
  /** Undefined for a host of which nobody knows what it needs. */
  readonly wantedOn: (host: SeenHost) => WantedBinary | undefined;
}): readonly Finding[] =>
  hostFindings(
    hosts,
    (host) => {
      const wanted = wantedOn(host);
      return wanted === undefined || host.facts.sha256 === wanted.sha256
        ? []
        : roomHindrances(host.facts, wanted);
    },
    { pass, block },
    "room beside the binary for another one",
  );
