import { z } from "zod";
import type { Migration, MigrationName, MigrationState } from "../../upgrade/platform";
import { StepFailure } from "../../upgrade/step-io";
import { unlessDone } from "../api/is-gone";
import type { ContainerFacts } from "../facts/host-facts";
import { inspectOne, listContainers } from "../facts/list-containers";
import { readContainer } from "../facts/read-container";
import { ROLE_LABEL } from "../objects/container-spec";
import { digestOf } from "./digest-of";
import type { DockerHost } from "./docker-host";
import { readLog } from "./read-log";

/** What a migration on a Docker host is told beside its container. Durations are in seconds. */
const manifestSchema = z.object({
  /** Further tries after one that has failed (S-27). */
  retries: z.number().int().min(0).default(0),
  /** Longest run of all tries. */
  deadlineSeconds: z.number().positive().default(300),
});

/** As the program writes it. */
export type MigrationManifest = z.input<typeof manifestSchema>;

const state = (name: MigrationState["state"], reason = "", message = ""): MigrationState => ({
  state: name,
  reason,
  message,
});

/** How a container that runs once is, in the words of a migration. */
export function stateOf(found: ContainerFacts | undefined): MigrationState {
  if (found === undefined) return state("missing");
  if (found.state === "created") return state("suspended");
  if (found.state !== "exited" && found.state !== "dead") return state("active");
  if (found.exitCode === 0 && found.state === "exited") return state("complete");
  return state(
    "failed",
    found.outOfMemory ? "OutOfMemory" : `ended with exit code ${found.exitCode}`,
  );
}

/** The one-shot container that migrates a database; see {@link Migration}. */
export function migration(host: DockerHost, which: MigrationName): Migration {
  const { docker } = host;
  const { name, instance } = which;
  const tries = triesOf(host, which);
  return {
    words: `container ${name}`,
    others: async () =>
      (await listContainers(docker, instance))
        .filter((one) => one.labels[ROLE_LABEL] === "migrate" && one.name !== name)
        .filter((one) => stateOf(one).state === "active")
        .map((one) => one.name),
    state: async () => stateOf(await find(host, name)),
    look: async () => {
      const found = await find(host, name);
      const lines = found === undefined ? [] : await readLog(docker, { instance: name });
      return {
        ...(await tries.seeTo(found)),
        exitCode: found?.state === "exited" ? found.exitCode : undefined,
        output: lines.length === 0 ? [] : [{ instance: name, lines }],
        problem: undefined,
      };
    },
    start: tries.run,
    startAnew: async () => {
      if ((await find(host, name)) === undefined)
        throw new StepFailure(
          `there is no container ${name}`,
          "run pulumi refresh, then the upgrade again: it makes the container",
        );
      await tries.run();
    },
    hold: tries.stop,
    remove: async () => {
      await tries.stop();
      await docker.getContainer(name).remove({ force: true }).catch(unlessDone);
    },
    imageId: async () => {
      const found = await find(host, name);
      return found && ((await digestOf(docker, found.imageId)) ?? found.imageId);
    },
  };
}

async function find({ docker }: DockerHost, name: string): Promise<ContainerFacts | undefined> {
  const found = await inspectOne(docker, name);
  return found === undefined ? undefined : readContainer(found);
}

/** The tries of one migration by this run: Docker itself neither counts them nor ends one that takes too long. */
function triesOf({ docker, io }: DockerHost, { name, manifest }: MigrationName) {
  const { retries, deadlineSeconds } = manifestSchema.parse(manifest ?? {});
  const container = docker.getContainer(name);
  let begunAt: number | undefined;
  let tries = 0;
  const run = async () => {
    begunAt ??= Date.now();
    tries += 1;
    await container.start().catch(unlessDone);
  };
  const stop = async () => {
    await container.stop().catch(unlessDone);
  };
  return {
    run,
    stop,
    /** Tries it again if it has failed, and ends it at its deadline. */
    seeTo: async (found: ContainerFacts | undefined): Promise<MigrationState> => {
      const now = stateOf(found);
      const since = begunAt ?? found?.startedAt ?? Date.now();
      const isOver = Date.now() - since > deadlineSeconds * 1000;
      if (now.state === "failed" && tries > 0 && tries <= retries && !isOver) {
        io.say(`${name} ${now.reason}; try ${tries + 1} of ${retries + 1}`);
        await run();
        return state("active");
      }
      if (now.state !== "active" || !isOver) return now;
      await stop();
      return state("failed", "DeadlineExceeded", `ran longer than ${deadlineSeconds} s`);
    },
  };
}
