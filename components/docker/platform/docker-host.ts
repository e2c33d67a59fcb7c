import type Docker from "dockerode";
import type { WorkloadLook } from "../../upgrade/platform";
import { StepFailure, type StepIo } from "../../upgrade/step-io";
import type { ContainerFacts } from "../facts/host-facts";
import { listContainers } from "../facts/list-containers";
import { missingFrom } from "../facts/missing-from";
import { ROLE_LABEL } from "../objects/container-spec";
import { judgeContainers } from "../watch/judge-containers";
import { digestOf } from "./digest-of";
import type { DockerHostPlace, WantedContainers } from "./place";

/** One gateway on a Docker host, as the operations of a platform share it. */
export interface DockerHost {
  readonly docker: Docker;
  readonly place: DockerHostPlace;
  readonly io: StepIo;
  /** @throws StepFailure if the step is not told what is to run */
  readonly wanted: () => WantedContainers;
  /** All containers of the gateway that have a role, stopped ones included. */
  readonly ofRole: (role: string) => Promise<readonly ContainerFacts[]>;
  /** How the containers of a role are, whatever the front proxy says. @throws StepFailure if one is missing */
  readonly look: (role: string) => Promise<WorkloadLook>;
}

/** Opens the view of a gateway; nothing is asked yet. */
export function dockerHost(docker: Docker, place: DockerHostPlace, io: StepIo): DockerHost {
  const digests = new Map<string, string>();
  const wanted = () => {
    if (place.wanted !== undefined) return place.wanted;
    throw new StepFailure(
      "the step is not told what is to run on the Docker host",
      "run the upgrade again with the program as it is",
    );
  };
  const ofRole = async (role: string) =>
    (await listContainers(docker, wanted().gateway)).filter(
      ({ labels }) => labels[ROLE_LABEL] === role,
    );
  return {
    docker,
    place,
    io,
    wanted,
    ofRole,
    look: async (role) => {
      const names = wanted().containers[role] ?? [];
      const containers = await ofRole(role);
      refuseMissing(names, containers);
      await learnDigests(docker, containers, digests);
      return judgeContainers({ role, wanted: names, containers, digests });
    },
  };
}

function refuseMissing(names: readonly string[], containers: readonly ContainerFacts[]): void {
  const missing = missingFrom(containers, names);
  if (missing.length === 0) return;
  throw new StepFailure(
    `there is no container ${missing.join(" and ")}`,
    "run pulumi refresh, then the upgrade again: it makes the container",
  );
}

/** What an image that was pulled is called by its digest. One that was built here has none. */
async function learnDigests(
  docker: Docker,
  containers: readonly ContainerFacts[],
  known: Map<string, string>,
): Promise<void> {
  const ids = new Set(containers.map(({ imageId }) => imageId));
  for (const id of ids) if (!known.has(id)) known.set(id, (await digestOf(docker, id)) ?? id);
}
