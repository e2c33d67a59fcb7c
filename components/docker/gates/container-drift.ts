import { couldNotLook } from "../../upgrade/could-not-look";
import { counted } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import { compareContainer } from "../facts/compare-container";
import type { HostFacts } from "../facts/host-facts";
import { GATEWAY_LABEL, SPEC_LABEL, type ContainerSpec } from "../objects/container-spec";

const { pass, warn, unknown } = gate("container-drift");

/** What this gate looks at. */
export interface ContainerDriftArgs {
  readonly host: Observation<Pick<HostFacts, "containers">>;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  /** Everything that this program would have running. */
  readonly wanted: readonly ContainerSpec[];
  /** True if the very same containers were verified last: what is not there was taken away. */
  readonly unchanged: boolean;
  /** Names of those that stay over an upgrade, as PostgreSQL does, if the gateway was ever verified: no release has made them anew. */
  readonly kept: readonly string[];
  /** The daemon's address. */
  readonly at: string;
}

/**
 * Tells what somebody has changed behind this program's back: a container that was stopped, removed, or made anew by hand with other settings. The engine
 * compares with its own state and not with the host. Told is also what a killed run has made of another release and nothing removes, because the line was set back
 * before the engine had noted it.
 */
export function containerDrift({
  host,
  gateway,
  wanted,
  unchanged,
  kept,
  at,
}: ContainerDriftArgs): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const live = new Map(host.value.containers.map((container) => [container.name, container]));
  const findings = wanted.flatMap((spec) => {
    const found = live.get(spec.name);
    // Made by other settings of the stack file, and made anew by this run.
    if (found !== undefined && found.labels[SPEC_LABEL] !== spec.labels[SPEC_LABEL]) return [];
    const drifts =
      found !== undefined
        ? compareContainer(spec, found)
        : unchanged || kept.includes(spec.name)
          ? [
              {
                what: "",
                found: "no such container any more",
                expected: "the one that was verified",
              },
            ]
          : [];
    return drifts.map(({ what, found: now, expected }) =>
      warn({
        at: [`container ${spec.name}`, what].filter((word) => word !== "").join(" "),
        found: now,
        expected,
        fix: "to keep it, write it in the stack file; to undo it, run pulumi refresh and then pulumi up",
      }),
    );
  });
  const names = new Set(wanted.map(({ name }) => name));
  const others = host.value.containers
    .filter(({ name, labels }) => labels[GATEWAY_LABEL] === gateway && !names.has(name))
    .map(({ name }) => leftOver(name));
  const all = unchanged ? [...findings, ...others] : findings;
  return all.length > 0
    ? all
    : [
        pass({
          at,
          found: `${counted(live.size, "container")}, none of ours changed by somebody else`,
        }),
      ];
}

const leftOver = (name: string): Finding =>
  warn({
    at: `container ${name}`,
    found: "a container of this gateway that the stack file does not ask for",
    expected: "those that were verified",
    fix: `run pulumi up, which removes it if the engine knows it; if it is still there, a run that was killed has made it: docker rm -f ${name}`,
  });
