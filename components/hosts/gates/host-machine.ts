import { gate, type Finding } from "../../upgrade/finding";
import type { SeenHost } from "../gate-input";
import { hostFindings } from "../plan/host-findings";

const { pass, block } = gate("host-machine");

/** Lets a rollout begin only if the release has a file for the machine of each host (T-31). */
export const hostMachine = ({
  hosts,
  assets,
}: {
  readonly hosts: readonly SeenHost[];
  /** Name of the file for each machine, as `uname -m` calls it. */
  readonly assets: Readonly<Record<string, string>>;
}): readonly Finding[] =>
  hostFindings(
    hosts,
    ({ facts: { machine } }) =>
      machine !== undefined && machine in assets
        ? []
        : [
            {
              found: machine === undefined ? "no machine told" : `machine ${machine}`,
              expected: `one of ${Object.keys(assets).join(", ")}, for which there are binaries`,
              fix: "take the host out of the inventory",
            },
          ],
    { pass, block },
    `machine ${[...new Set(hosts.map(({ facts }) => facts.machine))].join(", ")}`,
  );
