import { couldNotLook } from "../../upgrade/could-not-look";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";
import { GATEWAY_LABEL, ROLE_LABEL, type ContainerSpec } from "../objects/container-spec";

const { pass, warn, unknown } = gate("drain-limit");

/** What this gate looks at. */
export interface DrainLimitArgs {
  readonly host: Observation<Pick<HostFacts, "containers" | "serving">>;
  /** Project of the gateway, which its containers carry in a label. */
  readonly gateway: string;
  readonly wanted: readonly Pick<ContainerSpec, "name">[];
  /** Longest wait for what is open with an old gateway, in seconds. */
  readonly drainSeconds: number;
  /** Config path of that limit. */
  readonly at: string;
}

/**
 * Tells before a hand-over how long what is open with the old gateways has to end: a request or a stream that takes longer is cut. It stops nothing. A gateway
 * to which no front proxy sends has nothing open.
 */
export function drainLimit({
  host,
  gateway,
  wanted,
  drainSeconds,
  at,
}: DrainLimitArgs): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { containers, serving = [] } = host.value;
  const names = new Set(wanted.map(({ name }) => name));
  const old = containers
    .filter(({ labels }) => labels[GATEWAY_LABEL] === gateway && labels[ROLE_LABEL] === "gateway")
    .map(({ name }) => name)
    .filter((name) => serving.includes(name) && !names.has(name));
  return old.length === 0
    ? [pass({ at, found: "no gateway that takes requests is replaced" })]
    : [
        warn({
          at,
          found: `${old.join(" and ")}, from which requests are handed over: what is open there has ${drainSeconds} s to end by itself, and is cut and counted then`,
          expected: `no request and no stream that takes longer than ${drainSeconds} s`,
          fix: "nothing if none does; else raise docker.drainSeconds in an up of its own before, at an hour without such requests: the front proxy that runs keeps the limit with which it was started",
        }),
      ];
}
