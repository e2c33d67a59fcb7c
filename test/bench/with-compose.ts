import { join } from "node:path";
import { composeUp } from "../lab/docker/compose";
import { composeServices } from "../lab/docker/compose-file";
import { DOCKER_STACK, makeDockerStage, type DockerStage } from "../lab/docker/stage";
import { succeeded } from "../lab/demo/expect";
import { daemonAt } from "../lab/plugins/docker/daemon";
import { until } from "../lab/until";
import type { Bench } from "./measure";

/** One release twice on one Docker host: once by this program, once by the guide's Compose file. */
export interface DockerPair {
  readonly ours: DockerStage;
  readonly compose: {
    /** As users reach it. */
    readonly url: string;
    /** `docker compose up --detach` with another release in the file; ends once its gateway is ready. */
    readonly up: (release: string) => Promise<void>;
  };
}

// Neither is the beginning of the other one: a stage removes whatever begins with its name.
const OURS = { name: "measured", port: 18_741 } as const;
const COMPOSE = { name: "composed", port: 18_742 } as const;

/** Longest wait until the gateway of Compose is ready, in seconds. */
const READY_WITHIN = 120;

/** Installs both, hands them out, and leaves nothing of them. */
export async function withCompose<T>(
  { lab, directory, say }: Bench,
  release: string,
  work: (pair: DockerPair) => Promise<T>,
): Promise<T> {
  const ours = await makeDockerStage(lab, OURS.name, OURS.port);
  const daemon = daemonAt(ours.daemon);
  const url = ours.url.replace(/\d+$/, String(COMPOSE.port));
  const clear = async () => {
    await ours.clear();
    for (const { name } of await ours.containers.all())
      if (name.startsWith(`${COMPOSE.name}-`)) await ours.containers.remove(name);
    for (const volume of ["pgdata", "redisdata"])
      await daemon.ask("DELETE", `/volumes/${COMPOSE.name}_${volume}?force=1`);
    await daemon.ask("DELETE", `/networks/${COMPOSE.name}_default`);
  };
  const isReady = () =>
    fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
      ({ ok }) => ok,
      () => false,
    );
  const up = async (to: string) => {
    const services = composeServices(ours.secrets, COMPOSE.port, to);
    const folder = join(directory, COMPOSE.name);
    await composeUp({ url: ours.daemon, name: COMPOSE.name, folder, services });
    await until("the gateway of Compose is ready", isReady, {
      seconds: READY_WITHIN,
      everyMs: 100,
    });
  };
  try {
    await ours.project.setVersion(DOCKER_STACK, release);
    say(`installs ${release} with this program`);
    succeeded(await ours.project.up(DOCKER_STACK));
    say(`installs ${release} with Compose`);
    await up(release);
    return await work({ ours, compose: { url, up } });
  } finally {
    await clear();
  }
}
