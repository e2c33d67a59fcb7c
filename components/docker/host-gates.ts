import type { Finding } from "../upgrade/finding";
import type { Gate } from "../upgrade/gate";
import type { Plan } from "../upgrade/plan/plan";
import { daemonOf, type DockerInput } from "./gate-input";
import { builtImages } from "./gates/built-images";
import { daemon } from "./gates/daemon";
import { hostClock } from "./gates/host-clock";
import { hostCpus } from "./gates/host-cpus";
import { hostDisk } from "./gates/host-disk";
import { hostMemory } from "./gates/host-memory";
import { imageDigests } from "./gates/image-digests";
import { imagePlatform } from "./gates/image-platform";
import { imagePull } from "./gates/image-pull";
import { sourcePinned } from "./gates/source-pinned";

/** Asks about what is built; nothing is asked if every image is pulled. */
const ifBuilt =
  (judge: (args: Parameters<typeof builtImages>[0]) => readonly Finding[]) =>
  ({ plan, settings, facts, release: { build }, at }: DockerInput): readonly Finding[] =>
    build === undefined
      ? []
      : judge({
          host: facts.host,
          build,
          source: facts.source,
          restores: restores(plan),
          address: settings.docker.host,
          at: at("docker.build"),
        });

/** True if the run stops the gateway for a dump before anything of the wanted release is made. */
const restores = ({ restore }: Plan): boolean => restore?.kind === "restore";

/** Whether the host is one that can take the release. */
export const hostGates: readonly Gate<DockerInput>[] = [
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
    ask: ({ plan, facts: { pulls, images: looks }, release: { images }, ...input }) =>
      imagePull({ images, pulls, looks, restores: restores(plan), at: daemonOf(input) }),
  },
  {
    name: "image-digests",
    question: "Is each image by the digest that was verified under its tag?",
    ask: ({ facts: { own, images: looks }, release: { images }, ...input }) =>
      imageDigests({ images, looks, own, at: daemonOf(input) }),
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
      hostDisk({
        host: input.facts.host,
        needs: input.demands.disk,
        isBack: input.plan.cameBack !== undefined,
        at: daemonOf(input),
      }),
  },
  {
    name: "host-cpus",
    question: "Has the host as many CPUs as one container may use?",
    ask: ({ facts: { host }, release: { containers: wanted }, at }) =>
      hostCpus({ host, wanted, at: (role) => at(`docker.limits.${role}.cpus`) }),
  },
  {
    name: "host-memory",
    question: "Is there memory for the new containers beside the old ones?",
    ask: (input) =>
      hostMemory({ host: input.facts.host, needs: input.demands.memory, at: daemonOf(input) }),
  },
];
