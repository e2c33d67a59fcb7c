import type { ContainerSpec } from "../objects/container-spec";
import type { ContainerFacts, PortFacts } from "./host-facts";

/** One thing about a container that is not as it was made. */
export interface ContainerDrift {
  /** `memory`, `ports`; "" for the container as a whole. */
  readonly what: string;
  readonly found: string;
  readonly expected: string;
}

const MEBIBYTE = 1024 ** 2;

/** What of a live container is other than it was made; names of variables alone, never their values. */
export function compareContainer(
  spec: ContainerSpec,
  live: ContainerFacts,
): readonly ContainerDrift[] {
  const keys = [...Object.keys(spec.environment), ...spec.secretKeys];
  const missing = keys.filter((key) => !live.environmentKeys.includes(key)).sort();
  return [
    ...(isUp(spec, live) ? [] : [{ what: "", found: stateWords(live), expected: upWords(spec) }]),
    ...differs("image", live.image, spec.image),
    ...differs("restart policy", live.restart, spec.restart),
    ...differs("memory", limitWords(live.memory), limitWords(spec.memoryMiB * MEBIBYTE)),
    ...differs("stop timeout", `${live.stopSeconds ?? 10} s`, `${spec.stopSeconds} s`),
    ...differs("ports", portWords(live.ports), portWords(portsOf(spec))),
    ...differs(
      "volumes",
      volumeWords(live.mounts.map(({ source, path }) => [source, path])),
      volumeWords(spec.volumes.map(({ volume, path }) => [volume, path])),
    ),
    ...(Object.hasOwn(live.networks, spec.network)
      ? []
      : differs("network", Object.keys(live.networks).sort().join(", ") || "none", spec.network)),
    ...(missing.length === 0
      ? []
      : [
          {
            what: "environment",
            found: `no ${missing.join(", ")}`,
            expected: "every variable that it was made with",
          },
        ]),
  ];
}

/** What runs once is well if it has ended well, or was never asked for: a way back migrates nothing. */
const isUp = ({ restart }: ContainerSpec, { state, exitCode }: ContainerFacts): boolean =>
  state === "running" ||
  (restart === "no" && (state === "created" || (state === "exited" && exitCode === 0)));

const stateWords = ({ state, exitCode, outOfMemory }: ContainerFacts): string =>
  state === "exited"
    ? `ended with exit code ${exitCode}${outOfMemory ? ", out of memory" : ""}`
    : `${state}, not running`;

const upWords = ({ restart }: ContainerSpec): string =>
  restart === "no" ? "one that has ended with exit code 0" : "one that runs";

const differs = (what: string, found: string, expected: string): readonly ContainerDrift[] =>
  found === expected ? [] : [{ what, found, expected }];

const limitWords = (bytes: number): string =>
  bytes === 0 ? "no limit" : `${Math.round(bytes / MEBIBYTE)} MiB`;

const portsOf = ({ ports }: ContainerSpec): readonly PortFacts[] => ports;

const portWords = (ports: readonly PortFacts[]): string =>
  ports
    .map(({ address, hostPort, port }) => `${address}:${hostPort} to ${port}`)
    .sort()
    .join(", ") || "none";

const volumeWords = (volumes: readonly (readonly [string, string])[]): string =>
  volumes
    .map(([source, path]) => `${source} at ${path}`)
    .sort()
    .join(", ") || "none";
