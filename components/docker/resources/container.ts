import { Container, type ContainerArgs } from "@pulumi/docker/container.js";
import * as pulumi from "@pulumi/pulumi";
import { goDuration } from "./go-duration";
import type { HaveImage } from "../build/have-image";
import type { FreeName } from "../leftovers/free-name";
import type { ContainerSpec, HealthCheck } from "../objects/container-spec";
import { beforeContainer } from "./before-create";

/** A container and the values of its secret variables. */
export interface ContainerWithSecrets {
  readonly spec: ContainerSpec;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Registers one container as a resource of its own. Whether it comes up and stays is for our steps to say: the engine only makes it.
 *
 * @param name - name of the resource
 */
export const makeContainer = (
  name: string,
  container: ContainerWithSecrets & {
    readonly freeName: FreeName;
    readonly haveImage?: HaveImage;
  },
  options: pulumi.CustomResourceOptions,
): Container =>
  new Container(name, containerArgs(container), {
    ...options,
    hooks: beforeContainer(container.spec, container),
  });

/** What the provider is told of a container. Secret values are marked as such: the state keeps them encrypted (law 6). */
export function containerArgs({ spec, secrets }: ContainerWithSecrets): ContainerArgs {
  const plain = Object.entries(spec.environment);
  const secret = spec.secretKeys.map((key) => [key, secrets[key] ?? ""] as const);
  const envs = [...plain, ...secret].map(([key, value]) => `${key}=${value}`).sort();
  return {
    name: spec.name,
    image: spec.image,
    ...(spec.command === undefined ? {} : { command: [...spec.command] }),
    envs: secret.length === 0 ? envs : pulumi.secret(envs),
    labels: Object.entries(spec.labels).map(([label, value]) => ({ label, value })),
    ...networkOf(spec),
    volumes: spec.volumes.map(({ volume, path, readOnly = false }) => ({
      volumeName: volume,
      containerPath: path,
      readOnly,
    })),
    ...(spec.tmpfs.length === 0
      ? {}
      : { tmpfs: Object.fromEntries(spec.tmpfs.map((path) => [path, ""])) }),
    ports: spec.ports.map(({ address, hostPort, port }) => ({
      ip: address,
      external: hostPort,
      internal: port,
      protocol: "tcp",
    })),
    ...healthOf(spec.health),
    start: spec.start === undefined,
    mustRun: false,
    restart: spec.restart,
    ...(spec.stopSignal === undefined ? {} : { stopSignal: spec.stopSignal }),
    stopTimeout: spec.stopSeconds,
    destroyGraceSeconds: spec.stopSeconds,
    // Of named volumes none is ever removed with a container.
    removeVolumes: false,
    logDriver: "json-file",
    logOpts: { "max-size": `${spec.log.maxSizeMiB}m`, "max-file": String(spec.log.files) },
    memory: spec.memoryMiB,
    memorySwap: spec.memoryMiB,
    cpus: cpusOf(spec.cpus),
    readOnly: spec.readOnly,
    ...(spec.dropCapabilities ? { capabilities: { drops: ["ALL"] } } : {}),
    ...(spec.user === undefined ? {} : { user: spec.user }),
  };
}

const networkOf = ({ network, aliases }: ContainerSpec): Partial<ContainerArgs> =>
  network === "host"
    ? { networkMode: "host" }
    : { networksAdvanced: [{ name: network, aliases: [...aliases] }] };

function healthOf(health: HealthCheck | "none" | undefined): Partial<ContainerArgs> {
  if (health === undefined) return {};
  if (health === "none") return { healthcheck: NO_CHECK };
  return {
    healthcheck: {
      tests: ["CMD", ...health.program],
      interval: goDuration(health.intervalSeconds),
      timeout: goDuration(health.timeoutSeconds),
      startPeriod: goDuration(health.startSeconds),
      retries: health.retries,
    },
  };
}

/** As the provider reads it back: `1.0`, since `1` would be another one to it, and a replacement. */
const cpusOf = (cpus: number): string => (Number.isInteger(cpus) ? cpus.toFixed(1) : String(cpus));

/** Without times of its own it would have those of the check that its image brings, and differ from what was asked for ever after. */
const NO_CHECK = {
  tests: ["NONE"],
  interval: "1m0s",
  timeout: "1m0s",
  startPeriod: "1m0s",
  retries: 1,
};
