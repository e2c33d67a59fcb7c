import { isVerified } from "../../upgrade/changes-nothing";
import type { Gate } from "../../upgrade/gate";
import { daemonOf, type DockerInput } from "../gate-input";
import { hostGates } from "../host-gates";
import { networkOf, volumesOf } from "../settings";
import { composeAdoption } from "./compose-adoption";
import { composeProject } from "./compose-project";
import { containerDrift } from "./container-drift";
import { dataContainers } from "./data-containers";
import { drainLimit } from "./drain-limit";
import { foreignContainers } from "./foreign-containers";
import { hostNetwork } from "./host-network";
import { orphans } from "./orphans";
import { postgresMajor } from "./postgres-major";
import { publishedPort } from "./published-port";
import { sharedHost } from "./shared-host";
import { stagingImages } from "./staging-images";

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
        kept: hasVerified(input) ? input.release.data.map(({ name }) => name) : [],
        at: daemonOf(input),
      }),
  },
  {
    name: "data-containers",
    question: "Is a database or Redis stopped and made anew, and is its volume there?",
    ask: (input) =>
      dataContainers({
        host: input.facts.host,
        verified: hasVerified(input),
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

/** What is asked of the release itself. */
const releaseGates: readonly Gate<DockerInput>[] = [
  {
    name: "drain-limit",
    question: "How long has what is open with the old gateways to end?",
    ask: ({ facts: { host }, release: { containers }, settings: { docker }, at }) =>
      drainLimit({
        host,
        gateway: docker.project,
        wanted: containers,
        drainSeconds: docker.drainSeconds,
        at: at("docker.drainSeconds"),
      }),
  },
  {
    name: "staging-images",
    question: "Has a stack that goes first on another target verified the same digests?",
    ask: ({ plan, promotion, facts: { staging, images }, release, settings: { adopt } }) => {
      const beside = ["proxy", ...release.data.map(({ role }) => role)];
      const own = release.containers.filter(({ role }) => !beside.includes(role));
      return stagingImages({
        ...{ plan, promotion, staging, adopt },
        images: Object.fromEntries(own.map(({ image }) => [image, images[image]])),
      });
    },
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
export const dockerGates: readonly Gate<DockerInput>[] = [
  ...hostGates,
  ...neighbourGates,
  ...releaseGates,
].map(ifSeen);

const hostedOf = ({ name, settings: { docker }, facts: { host } }: DockerInput) => ({
  name,
  docker,
  host,
});

/** Whether this stack has once verified the gateway: it was there, with its data. */
const hasVerified = ({ facts: { own } }: DockerInput): boolean =>
  own.observed && own.value !== undefined;

const adoptedBy = ({ settings }: DockerInput): string | undefined =>
  settings.adopt ? settings.docker.project : undefined;
