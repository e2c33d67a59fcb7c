import { fingerprint } from "../../upgrade/fingerprint";

/** How Docker finds out whether a container is well. Durations are in seconds. */
export interface HealthCheck {
  /** Program and its arguments, run in the container without a shell. */
  readonly program: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** How long it may fail after the start without counting. */
  readonly startSeconds: number;
  /** Failures in a row after which it counts as unwell. */
  readonly retries: number;
}

/** A named volume in a container. */
export interface VolumeMount {
  readonly volume: string;
  /** Where the container sees it. */
  readonly path: string;
  /** @defaultValue false */
  readonly readOnly?: boolean;
}

/** A port of the container that the host gives on. */
export interface PublishedPort {
  /** Address of the host: `0.0.0.0`, `127.18.4.7`. */
  readonly address: string;
  readonly hostPort: number;
  readonly port: number;
}

/** One container as it is to be: a plain value, the same for the same settings. */
export interface ContainerSpec {
  /** What it does: `gateway`, `postgres`. */
  readonly role: string;
  /** No other container of the host has it. */
  readonly name: string;
  readonly image: string;
  /** @defaultValue that of the image */
  readonly command?: readonly string[];
  /** Environment without secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Names of the variables whose values are secret; the values themselves are no part of this. */
  readonly secretKeys: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** `host` for the network of the host itself, else the name of the network. */
  readonly network: string;
  /** Names by which others reach it on that network. */
  readonly aliases: readonly string[];
  readonly volumes: readonly VolumeMount[];
  /** Folders in memory that it may write to. */
  readonly tmpfs: readonly string[];
  readonly ports: readonly PublishedPort[];
  /** `none` takes away the check that the image brings; undefined leaves it. */
  readonly health: HealthCheck | "none" | undefined;
  /** `by a step` for what is made and not started. @defaultValue the engine starts it */
  readonly start?: "by a step";
  /** `no` for what runs once. */
  readonly restart: "unless-stopped" | "no";
  /** @defaultValue that of the image */
  readonly stopSignal?: string;
  /** From the signal until it is killed. */
  readonly stopSeconds: number;
  readonly log: { readonly maxSizeMiB: number; readonly files: number };
  /** Most memory in MiB; swap is not added to it. */
  readonly memoryMiB: number;
  /** Most CPUs: `1.5`. */
  readonly cpus: number;
  /** True if it may write nowhere but to volumes and folders in memory. */
  readonly readOnly: boolean;
  /** True if it has no capability of root. */
  readonly dropCapabilities: boolean;
  /** User and group of its process: `65534:65534`. @defaultValue that of the image */
  readonly user?: string;
}

/** Label with the gateway that a container belongs to, by its project: gateways of two stacks may have the same name. */
export const GATEWAY_LABEL = "gateways.instance";
/** Label with what a container does. */
export const ROLE_LABEL = "gateways.role";
/** Label with its release. */
export const RELEASE_LABEL = "gateways.release";
/** Label of a front proxy with the address and port at which it listens: `0.0.0.0:8787`. It listens there as long as it runs. */
export const BIND_LABEL = "gateways.bind";
/** Label with the fingerprint of its {@link ContainerSpec}, by which a change of it is noticed. */
export const SPEC_LABEL = "gateways.spec";

/**
 * The spec with a name that no other spec has and with the fingerprint in a label: two containers of one role, the old and the new one, run side by side.
 *
 * @param secrets - values of its secret variables: a change of one changes the name, and nothing of it can be read from there
 */
export function named(
  spec: ContainerSpec,
  secrets: Readonly<Record<string, string>> = {},
): ContainerSpec {
  const values = spec.secretKeys.map((key) => [key, secrets[key] ?? ""]);
  const hash = fingerprint([spec, values]).slice(0, 12);
  return {
    ...spec,
    name: `${spec.name}-${hash.slice(0, 6)}`,
    labels: { ...spec.labels, [SPEC_LABEL]: hash },
  };
}

/** The spec with its fingerprint in a label, under the name that it has: for what must not run twice, as on one volume. */
export const marked = (
  spec: ContainerSpec,
  secrets: Readonly<Record<string, string>> = {},
): ContainerSpec => ({ ...named(spec, secrets), name: spec.name });
