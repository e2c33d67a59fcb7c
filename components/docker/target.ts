import { Network } from "@pulumi/docker/network.js";
import { RemoteImage } from "@pulumi/docker/remoteImage.js";
import { Volume } from "@pulumi/docker/volume.js";
import * as pulumi from "@pulumi/pulumi";
import type { Make, Migration, SchemaWork, Target, Wave } from "../upgrade/target";
import type { HaveImage } from "./build/have-image";
import type { FreeName } from "./leftovers/free-name";
import { GATEWAY_LABEL, type ContainerSpec } from "./objects/container-spec";
import { makeContainer } from "./resources/container";
import { beforeImage, beforeNetwork } from "./resources/before-create";

/** Containers that change together, and the input of their steps. */
export interface DockerWave extends Omit<Wave, "apply"> {
  readonly containers: readonly ContainerSpec[];
}

/** A gateway on a Docker host, as plain values. */
export interface DockerTargetArgs extends Pick<
  Target,
  "connect" | "backup" | "restore" | "verification"
> {
  /** What its containers and its network carry in a label, and nothing else of the host: its project. */
  readonly instance: string;
  /** Network of the containers; undefined if the stack file names one that is there. */
  readonly network: string | undefined;
  /** Volumes by their part: `{ database: "smoltbot_pgdata" }`. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Every image that runs; pulled or built before a container of the release is made. */
  readonly images: readonly string[];
  /** Database and the like: each has one name, since nothing may run twice on a volume. */
  readonly data: readonly ContainerSpec[];
  /** Runs once, and is started by its step. */
  readonly schema?:
    { readonly container: ContainerSpec; readonly task: SchemaWork["task"] } | undefined;
  readonly waves: readonly DockerWave[];
  /** Makes room for what the engine does not know and a killed run has made. */
  readonly freeName: FreeName;
  /** Builds what is built. @defaultValue every image is pulled */
  readonly haveImage?: HaveImage;
  /** Values of secret variables. */
  readonly secrets: Readonly<Record<string, string>>;
  /** True if the operator has consented to the removal of the gateway. */
  readonly removable: boolean;
}

/** A Docker host as the place of a gateway: each container becomes a resource of its own. */
export function dockerTarget(args: DockerTargetArgs): Target {
  const { connect, backup, restore, verification, schema, waves, ...made } = args;
  return {
    connect,
    backup,
    restore,
    configuration: configurationOf(args),
    schema: schema && migrationOf(schema, made),
    // One host has nothing that would take its place while it is down.
    availability: () => [],
    waves: waves.map(({ containers, ...wave }) => ({
      ...wave,
      apply: (gateway, options) =>
        // Another release has containers of other names: they are made beside the old ones, which the engine removes once all else is done.
        containers.map((spec) => {
          const resource = makeContainer(`${gateway}-${spec.name}`, { spec, ...made }, options);
          return { resource, revision: resource.id };
        }),
    })),
    verification,
  };
}

const configurationOf =
  ({ instance, network, volumes, images, data, removable, ...made }: DockerTargetArgs): Make =>
  (gateway, options) => {
    const kept = {
      ...options,
      protect: !removable,
      retainOnDelete: true,
      // Those of whoever made it, as Compose: without this the run after a refresh would make the volume anew, and its data would be gone were it not protected.
      ignoreChanges: ["labels"],
    };
    const place = [
      ...(network === undefined
        ? []
        : [
            new Network(
              `${gateway}-network`,
              {
                name: network,
                driver: "bridge",
                labels: [{ label: GATEWAY_LABEL, value: instance }],
              },
              {
                ...options,
                protect: !removable,
                // Another label would make it anew, and what is on it has to go for that.
                ignoreChanges: ["labels"],
                hooks: beforeNetwork(network, made.freeName),
              },
            ),
          ]),
      // One that is there is taken as it is.
      ...Object.entries(volumes).map(
        ([part, name]) => new Volume(`${gateway}-volume-${part}`, { name }, kept),
      ),
    ];
    const pulled = images.map(
      (name) =>
        new RemoteImage(
          `${gateway}-image-${name}`,
          { name, keepLocally: true },
          { ...options, ...beforeImage(name, made.haveImage) },
        ),
    );
    const inside = pulumi.mergeOptions(options, { dependsOn: [...place, ...pulled] });
    const stores = data.map((spec) =>
      makeContainer(
        `${gateway}-${spec.role}`,
        { spec, ...made },
        // Whatever is changed of it changes a label. Left to the provider, such a change may be noted and never reach the container.
        { ...inside, deleteBeforeReplace: true, replaceOnChanges: ["labels"] },
      ),
    );
    return [...place, ...pulled, ...stores];
  };

const migrationOf = (
  { container, task }: NonNullable<DockerTargetArgs["schema"]>,
  made: Pick<DockerTargetArgs, "secrets" | "freeName" | "haveImage">,
): Migration => ({
  make: (gateway, options) => [
    makeContainer(
      `${gateway}-migration`,
      { spec: container, ...made },
      // That of another release is gone before this one is there: there is never a second one to run.
      { ...options, deleteBeforeReplace: true },
    ),
  ],
  task,
});
