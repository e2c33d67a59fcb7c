import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject } from "@kubernetes/client-node";
import { clusterEyes, type ClusterEyes } from "../lab/cluster-eyes";
import { queryDatabase, seedDatabase } from "../lab/database";
import { clearGateways } from "../lab/demo/clear";
import { succeeded } from "../lab/demo/expect";
import type { Overrides } from "../lab/engine/stack-file";
import { makeGateways, type Gateways, type GatewaysOptions, type Stack } from "../lab/gateways";
import { connectLab, type Lab } from "../lab/lab";
import { startLoad, type Load } from "../lab/load";
import type { Project } from "../lab/project";
import { takeSlot } from "../lab/slot";
import { restoreSnapshot, takeSnapshot } from "../lab/snapshot";

/** A gateway of its own for one test file: project, namespaces, databases, all removed at the end. */
export interface Stage extends Gateways {
  readonly lab: Lab;
  readonly eyes: (stack: Stack) => ClusterEyes;
  /** Sends requests through the gateway's Service until it is stopped. */
  readonly load: (stack: Stack) => Promise<Load>;
  readonly seed: (stack: Stack, rows: number) => Promise<void>;
  readonly sql: (stack: Stack, query: string) => Promise<string>;
  /** Another checkout of the same stack files, aimed at the same namespaces and databases, with a state of its own. */
  readonly secondCheckout: () => Promise<Project>;
  readonly clear: () => Promise<void>;
}

/** Short enough that a test does not wait for what a person would want to wait for. */
const QUICK: Overrides = {
  rollout: { drainSeconds: 4, readyWithinSeconds: 25, deadlineSeconds: 120 },
  schema: { retries: 0, deadlineSeconds: 60 },
  verify: { seconds: 3, requests: 20 },
};

const SERVICE = "smoltbot-mnemom-gateway";
const REQUESTS_PER_SECOND = 50;

/** Prepares a gateway in the running lab; installs nothing. */
export async function makeStage(name: string, stacks: readonly Stack[] = ["prod"]): Promise<Stage> {
  const lab = await connectLab();
  const directory = await mkdtemp(join(lab.home, `e2e-${name}-`));
  const options = optionsOf(name, directory, stacks);
  await clearGateways(lab, name, directory);
  return stageOf(lab, options, await makeGateways(lab, options));
}

/**
 * Hands out gateways that serve a release already, for tests that are about what comes next.
 *
 * They were installed by the program once, in a place of their own, and come back from a snapshot of state, objects and database; the run
 * says which of both it was. What is proven about an install is proven elsewhere.
 */
export async function makeInstalledStage(
  release: string,
  stacks: readonly Stack[] = ["prod"],
): Promise<Stage> {
  const lab = await connectLab();
  const slot = await takeSlot(join(lab.home, "slots"));
  const name = `slot-${slot.number}`;
  const directory = join(lab.home, `e2e-${name}`);
  const options = optionsOf(name, directory, stacks);
  const wanted = { name, directory, stacks, key: JSON.stringify([release, options]) };
  await clearGateways(lab, name, directory);
  const began = Date.now();
  const say = (how: string) => {
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stderr.write(
      `${name} has ${release} in ${stacks.join(" and ")} ${how}, ${seconds} s\n`,
    );
  };
  const restored = await restoreSnapshot(lab, wanted);
  const gateways = restored?.gateways ?? (await install(lab, options, release));
  if (restored === undefined) await takeSnapshot(lab, wanted);
  say(
    restored === undefined
      ? "by an install, of which a snapshot is kept"
      : `from a snapshot of ${restored.takenAt.toISOString()}`,
  );
  const stage = stageOf(lab, options, gateways);
  return {
    ...stage,
    clear: async () => {
      await stage.clear();
      await slot.release();
    },
  };
}

async function install(lab: Lab, options: GatewaysOptions, release: string): Promise<Gateways> {
  const gateways = await makeGateways(lab, options);
  for (const stack of options.stacks ?? []) {
    await gateways.project.setVersion(stack, release);
    succeeded(await gateways.project.up(stack));
  }
  return gateways;
}

const optionsOf = (name: string, directory: string, stacks: readonly Stack[]): GatewaysOptions => ({
  name,
  directory,
  stacks,
  smoltbot: QUICK,
  config: stacks.includes("staging") ? {} : { "gateways:promotion": null },
});

function stageOf(lab: Lab, options: GatewaysOptions, gateways: Gateways): Stage {
  const { name, directory } = options;
  const eyes = (stack: Stack) => clusterEyes(lab, gateways.namespace(stack));
  return {
    ...gateways,
    lab,
    eyes,
    load: async (stack) => {
      type Service = KubernetesObject & { readonly spec?: { readonly clusterIP?: string } };
      const service = await eyes(stack).object<Service>("Service", SERVICE);
      const url = `http://${service?.spec?.clusterIP ?? ""}:8787/anthropic/v1/models`;
      return startLoad(lab, url, REQUESTS_PER_SECOND);
    },
    seed: (stack, rows) => {
      const database = gateways.database(stack);
      return seedDatabase(lab, { database, role: database }, rows);
    },
    secondCheckout: async () =>
      (await makeGateways(lab, { ...options, directory: join(directory, "second") })).project,
    sql: (stack, query) => queryDatabase(lab, gateways.database(stack), query),
    clear: () => clearGateways(lab, name, directory),
  };
}
