import { expect } from "vitest";
import type { PulumiRun } from "../lab/engine/pulumi-cli";
import { connectLab } from "../lab/lab";
import { DOCKER_STACK, makeDockerStage, type DockerStage, type Reached } from "../lab/docker/stage";

/** One gateway on the lab's Docker host that serves 1.0.0 with 100 agents, whatever goes wrong around it. */
export interface ServingGateway {
  readonly stage: DockerStage;
  readonly configure: (smoltbot: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly want: (version: string) => Promise<unknown>;
  readonly up: () => Promise<PulumiRun>;
  /** Every container, which one it is and since when it runs. */
  readonly touched: () => Promise<readonly (readonly unknown[])[]>;
}

/** Fails with what the run has said. */
export const well = (run: PulumiRun): void => {
  expect(run.exitCode, run.all).toBe(0);
};

/** Has the engine find nothing to do. */
export async function isSettled({ stage }: Pick<ServingGateway, "stage">): Promise<void> {
  const { steps } = await stage.project.preview(DOCKER_STACK);
  expect(steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
}

/** Has the gateway answer at the published port that it is ready. */
export async function answers({ stage }: Pick<ServingGateway, "stage">): Promise<void> {
  const { status } = await fetch(`${stage.url}/health/ready`, {
    signal: AbortSignal.timeout(20_000),
  });
  expect(status).toBe(200);
}

/** Installs the gateway. @param name - its project; @param reached - how its stack reaches the host. @defaultValue by the daemon's socket */
export async function makeServing(
  name: string,
  port: number,
  reached?: Reached,
): Promise<ServingGateway> {
  const stage = await makeDockerStage(await connectLab(), name, port, reached);
  const up = () => stage.project.up(DOCKER_STACK);
  well(await up());
  await stage.seed(100);
  return {
    stage,
    configure: (smoltbot) =>
      stage.project.configure(DOCKER_STACK, { "gateways:smoltbot": smoltbot }),
    want: (version) => stage.project.setVersion(DOCKER_STACK, version),
    up,
    touched: async () =>
      (await stage.containers.all())
        .filter((one) => one.name.startsWith(`${name}-`))
        .map(({ name: one, id, inspected }) => {
          const state = (inspected["State"] ?? {}) as { readonly StartedAt?: string };
          return [one, id, state.StartedAt];
        })
        .toSorted(),
  };
}
