import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";
import { roomHindrances, type WantedBinary } from "../plan/judge-host";

const { pass, block } = gate("host-room");

/** Of a release whose sums nobody tells: it needs what each one needs, and is kept nowhere. */
const UNTOLD: Pick<WantedBinary, "sha256" | "sizeKiB"> = { sha256: "", sizeKiB: 0 };

/** Lets a rollout begin only if each host that is to be swapped has room for the new binary beside the old one, and for what it notes. */
export const hostRoom = ({
  hosts,
  wantedOn,
}: {
  readonly hosts: readonly SeenHost[];
  /** Undefined where nobody tells the sum. */
  readonly wantedOn: (host: SeenHost) => WantedBinary | undefined;
}): readonly Finding[] =>
  hostFindings(
    hosts,
    (host) => {
      const wanted = wantedOn(host) ?? UNTOLD;
      return host.facts.sha256 === wanted.sha256 ? [] : roomHindrances(host.facts, wanted);
    },
    { pass, block },
    "room beside the binary for another one",
  );
