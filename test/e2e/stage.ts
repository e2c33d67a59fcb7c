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
export const QUICK: Overrides = {
  rollout: { drainSeconds: 4, readyWithinSeconds: 25, deadlineSeconds: 120 },
  schema: { retries: 0, deadlineSeconds: 60 },
  verify: { seconds: 3, requests: 20 },
  // As shipped, a pod is asked for the first time after 5 s and again every 10 s; and it asks for more CPU than three files side by side may have here.
  values: {
    resources: { requests: { cpu: "25m" } },
    observer: { resources: { requests: { cpu: "10m" } } },
    probes: {
      startup: { initialDelaySeconds: 0, periodSeconds: 1 },
      readiness: { initialDelaySeconds: 0, periodSeconds: 1 },
    },
  },
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
 * Hands out a gateway that serves a release already, in the stack `prod`, for tests that are about what comes next.
 *
 * It was installed by the program once, in a place of its own, and comes back from a snapshot of state, objects and database; the run says
 * which of both it was. What is proven about an install is proven elsewhere.
 */
export async function makeInstalledStage(release: string): Promise<Stage> {
  const lab = await connectLab();
  const kind = `at-${release.replaceAll(".", "-")}`;
  const slot = await takeSlot(join(lab.home, "slots", kind));
  const name = `${kind}-${slot.number}`;
  const options = optionsOf(name, join(lab.home, `e2e-${name}`), ["prod"]);
  await clearGateways(lab, name, options.directory);
  const { gateways, how } = await installed(lab, options, release);
  process.stderr.write(`${name} has ${release} ${how}\n`);
  const stage = stageOf(lab, options, gateways);
  return {
    ...stage,
    clear: async () => {
      await stage.clear();
      await slot.release();
    },
  };
}

async function installed(lab: Lab, options: InstalledOptions, release: string) {
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  const snapshot = { ...options, key: JSON.stringify([release, options]) };
  const restored = await restoreSnapshot(lab, snapshot);
  if (restored !== undefined) {
    const how = `from a snapshot of ${restored.takenAt.toISOString()}, ${seconds()}`;
    return { gateways: restored.gateways, how };
  }
  const gateways = await makeGateways(lab, options);
  await gateways.project.setVersion("prod", release);
  succeeded(await gateways.project.up("prod"));
  await takeSnapshot(lab, snapshot);
  return { gateways, how: `by an install, of which a snapshot is kept, ${seconds()}` };
}

type InstalledOptions = ReturnType<typeof optionsOf>;

const optionsOf = (name: string, directory: string, stacks: readonly Stack[]) => ({
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
