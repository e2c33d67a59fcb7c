import { isVerified } from "../../upgrade/changes-nothing";
import type { Finding } from "../../upgrade/finding";
import type { Gate } from "../../upgrade/gate";
import { daemonOf, type DockerInput } from "../gate-input";
import { networkOf, volumesOf } from "../settings";
import { builtImages } from "./built-images";
import { composeAdoption } from "./compose-adoption";
import { composeProject } from "./compose-project";
import { containerDrift } from "./container-drift";
import { daemon } from "./daemon";
import { dataContainers } from "./data-containers";
import { foreignContainers } from "./foreign-containers";
import { hostClock } from "./host-clock";
import { hostDisk } from "./host-disk";
import { hostMemory } from "./host-memory";
import { hostNetwork } from "./host-network";
import { imagePlatform } from "./image-platform";
import { imagePull } from "./image-pull";
import { orphans } from "./orphans";
import { postgresMajor } from "./postgres-major";
import { publishedPort } from "./published-port";
import { sharedHost } from "./shared-host";
import { sourcePinned } from "./source-pinned";

/** Asks about what is built; nothing is asked if every image is pulled. */
const ifBuilt =
  (judge: (args: Parameters<typeof builtImages>[0]) => readonly Finding[]) =>
  ({ facts: { host, source }, release: { build }, at }: DockerInput): readonly Finding[] =>
    build === undefined ? [] : judge({ host, build, source, at: at("docker.build") });

/** Whether the host is one that can take the release. */
const hostGates: readonly Gate<DockerInput>[] = [
  {
    name: "daemon",
    question: "Does the Docker daemon answer, and is it one that is known?",
    ask: (input) =>
      daemon({
        host: input.facts.host,
        oldestVersion: input.demands.oldestDocker,
        at: daemonOf(input),
      }),
  },
  {
    name: "host-clock",
    question: "Has the host about the time of this machine?",
    ask: (input) => hostClock({ host: input.facts.host, at: daemonOf(input) }),
  },
  {
    name: "source-pinned",
    question: "Is the source that is built pinned, and without changes?",
    ask: ifBuilt(sourcePinned),
  },
  {
    name: "built-images",
    question: "Which images are built, and is each that is there of the commit that is wanted?",
    ask: ifBuilt(builtImages),
  },
  {
    name: "image-pull",
    question: "Can the host pull each image that it does not have?",
    ask: ({ facts: { pulls, images: looks }, release: { images }, ...input }) =>
      imagePull({ images, pulls, looks, at: daemonOf(input) }),
  },
  {
    name: "image-platform",
    question: "Is each image made for the platform of the host?",
    ask: (input) =>
      imagePlatform({
        host: input.facts.host,
        images: input.release.images,
        looks: input.facts.platforms,
        at: daemonOf(input),
      }),
  },
  {
    name: "host-disk",
    question: "Has the disk of the host room for images and copies of the database?",
    ask: (input) =>
      hostDisk({ host: input.facts.host, needs: input.demands.disk, at: daemonOf(input) }),
  },
  {
    name: "host-memory",
    question: "Is there memory for the new containers beside the old ones?",
    ask: (input) =>
      hostMemory({ host: input.facts.host, needs: input.demands.memory, at: daemonOf(input) }),
  },
];

/** Whether somebody else is in the way. */
const neighbourGates: readonly Gate<DockerInput>[] = [
  {
    name: "published-port",
    question: "Is the published port free, or the front proxy's own?",
    ask: (input) =>
      publishedPort({
        host: input.facts.host,
        gateway: input.settings.docker.project,
        published: input.settings.docker.publish,
        adopted: adoptedBy(input),
        stopSeconds: input.settings.docker.stopSeconds,
        at: daemonOf(input),
      }),
  },
  {
    name: "shared-host",
    question: "Do two gateways of the stack claim the same of one host?",
    ask: (input, all) =>
      sharedHost({ gateway: hostedOf(input), all: all.map(hostedOf), at: input.at("docker") }),
  },
  {
    name: "host-network",
    question: "Is the network of the gateway there, or one that is made?",
    ask: ({ facts: { host, own }, settings: { docker }, at }) =>
      hostNetwork({ host, own, docker, at: at("docker.network") }),
  },
  {
    name: "foreign-containers",
    question: "Has somebody else's container a name that one of ours is to have?",
    ask: (input) =>
      foreignContainers({
        host: input.facts.host,
        gateway: input.settings.docker.project,
        wanted: input.release.containers,
        at: daemonOf(input),
      }),
  },
  {
    name: "compose-project",
    question: "Does somebody else run programs on the volumes or on the network of the gateway?",
    ask: (input) => {
      const { database, cache } = volumesOf(input.settings.docker);
      return composeProject({
        host: input.facts.host,
        gateway: input.settings.docker.project,
        volumes: [database, cache],
        network: networkOf(input.settings.docker),
        adopted: adoptedBy(input),
        at: daemonOf(input),
      });
    },
  },
  {
    name: "compose-adoption",
    question: "Does the stack file mean what the Compose project has, and what has Compose left?",
    ask: (input) =>
      composeAdoption({
        host: input.facts.host,
        compose: input.facts.compose,
        gateway: input.settings.docker.project,
        place: input.settings.docker,
        version: input.plan.to,
        names: input.demands.takenServices,
        plan: input.plan,
        at: daemonOf(input),
        path: input.at,
      }),
  },
  {
    name: "orphans",
    question: "Has an older Compose file left a container behind?",
    ask: (input) =>
      orphans({
        host: input.facts.host,
        project: input.settings.docker.project,
        finished: input.demands.finishedServices,
        wanted: input.plan.to,
        consent: input.settings.consents.orphans,
        at: daemonOf(input),
      }),
  },
  {
    name: "container-drift",
    question: "Has somebody changed or removed containers behind the back of the engine?",
    ask: (input) =>
      containerDrift({
        host: input.facts.host,
        gateway: input.settings.docker.project,
        wanted: input.release.containers,
        unchanged: isVerified(input.facts, input.release),
        at: daemonOf(input),
      }),
  },
  {
    name: "data-containers",
    question: "Is a database or Redis stopped and made anew?",
    ask: (input) =>
      dataContainers({
        host: input.facts.host,
        gateway: input.settings.docker.project,
        data: input.release.data,
        at: daemonOf(input),
      }),
  },
  {
    name: "postgres-major",
    question: "Is the data of PostgreSQL of the major that its image is?",
    ask: ({ facts, release, settings, at }) =>
      release.databaseImage === undefined
        ? []
        : postgresMajor({
            data: facts.dataMajor,
            away: facts.databaseAway === true,
            volume: volumesOf(settings.docker).database,
            image: release.databaseImage,
            at: at("docker"),
          }),
  },
];

/** That nobody could look at the host is said once, by the gate `daemon`, which stops the run. */
const ifSeen = (gate: Gate<DockerInput>): Gate<DockerInput> =>
  gate.name === "daemon"
    ? gate
    : {
        ...gate,
        ask: (input, plan) => (input.facts.host.observed ? gate.ask(input, plan) : []),
      };

/** Gates that hold for every product on a Docker host. */
export const dockerGates: readonly Gate<DockerInput>[] = [...hostGates, ...neighbourGates].map(
  ifSeen,
);

const hostedOf = ({ name, settings: { docker }, facts: { host } }: DockerInput) => ({
  name,
  docker,
  host,
});

const adoptedBy = ({ settings }: DockerInput): string | undefined =>
  settings.adopt ? settings.docker.project : undefined;
