import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import type { KubernetesObject } from "@kubernetes/client-node";
import { clusterEyes, type ClusterEyes } from "../lab/cluster-eyes";
import { queryDatabase, seedDatabase } from "../lab/database";
import { clearGateways } from "../lab/demo/clear";
import type { Overrides } from "../lab/engine/stack-file";
import { makeGateways, type Gateways, type Stack } from "../lab/gateways";
import { connectLab, type Lab } from "../lab/lab";
import { startLoad, type Load } from "../lab/load";
import type { Project } from "../lab/project";

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
  const promotion = stacks.includes("staging") ? {} : { "gateways:promotion": null };
  const options = { name, directory, stacks, smoltbot: QUICK, config: promotion };
  await clearGateways(lab, name, directory);
  const gateways = await makeGateways(lab, options);
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
