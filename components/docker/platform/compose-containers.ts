import type Docker from "dockerode";
import { unlessDone } from "../api/is-gone";
import { readProject, type ComposeContainer } from "../compose/read-project";
import type { ContainerFacts } from "../facts/host-facts";
import { inspectAll } from "../facts/list-containers";
import type { DockerHost } from "./docker-host";

/** Containers of some services of a Compose project, stopped ones included. */
export async function composeContainers(
  docker: Docker,
  project: string,
  services: readonly string[],
): Promise<readonly ComposeContainer[]> {
  const found = readProject(project, await inspectAll(docker));
  return (found?.containers ?? []).filter(({ service }) => services.includes(service));
}

/** True if it runs, or will by itself. */
export const isUp = ({ state }: Pick<ContainerFacts, "state">): boolean =>
  state === "running" || state === "restarting" || state === "paused";

/**
 * Stops containers that somebody else has made. One that would start with the daemon whether it was stopped or not does so no more: it would meet ours on the
 * volume.
 *
 * @param seconds - from the signal until they are killed
 */
export async function stopAll(
  { docker, io }: Pick<DockerHost, "docker" | "io">,
  containers: readonly ContainerFacts[],
  seconds: number,
): Promise<void> {
  await Promise.all(
    containers.map(async ({ name, restart }) => {
      const container = docker.getContainer(name);
      io.say(`stopping ${name}`);
      if (restart === "always" || restart === "on-failure")
        await container.update({ RestartPolicy: { Name: "unless-stopped" } });
      await container.stop({ t: seconds }).catch(unlessDone);
    }),
  );
}
