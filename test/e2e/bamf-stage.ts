import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { clusterEyes, type ClusterEyes } from "../lab/cluster-eyes";
import { openApiServer } from "../lab/bamf/api-server-for-pods";
import { clearBamf } from "../lab/bamf/clear";
import { ensureBamf } from "../lab/bamf/ensure";
import { makeBamf, type BamfGateways, type BamfOptions } from "../lab/bamf/gateways";
import { startUsers, type Users, type UsersOptions } from "../lab/bamf/users";
import { queryDatabase } from "../lab/database";
import type { Overrides } from "../lab/engine/stack-file";
import type { Stack } from "../lab/gateways";
import { connectLab, type Lab } from "../lab/lab";
import { readSettings } from "../lab/settings";

/** A BAMF of its own for one test file: project, namespaces, databases, Redis, all removed at the end. */
export interface BamfStage extends BamfGateways {
  readonly lab: Lab;
  readonly eyes: (stack: Stack) => ClusterEyes;
  /** Keeps tunnels open until it is stopped. */
  readonly users: (stack: Stack, options: UsersOptions) => Promise<Users>;
  readonly sql: (stack: Stack, query: string) => Promise<string>;
  /** Has the stack file consent to a release that differs in the minor of 0.x, its notes read. */
  readonly agree: (stack: Stack, tag: string) => Promise<void>;
  readonly clear: () => Promise<void>;
}

/** Short enough that a test does not wait for what a person would want to wait for. */
export const QUICK_BAMF: Overrides = {
  rollout: { drainSeconds: 4, readyWithinSeconds: 60, deadlineSeconds: 300 },
  schema: { retries: 0, deadlineSeconds: 60 },
  sessions: { limitMinutes: 0 },
  verify: { seconds: 3, requests: 20 },
};

/** Prepares a BAMF in the running lab; installs nothing. */
export async function makeBamfStage(
  name: string,
  release: string,
  more: Partial<Pick<BamfOptions, "stacks" | "bridges" | "bamf">> & {
    /** Agents of its chart; `letJoin` lets them join. @defaultValue none */
    readonly agents?: number;
  } = {},
): Promise<BamfStage> {
  const lab = await connectLab();
  const { charts } = await ensureBamf(readSettings(process.env));
  const directory = await mkdtemp(join(lab.home, `e2e-${name}-`));
  const { stacks = ["prod"], bamf, agents: replicas, ...others } = more;
  const apiServer = replicas === undefined ? undefined : await openApiServer(lab);
  await clearBamf(lab, name, directory);
  const gateways = await makeBamf(lab, {
    ...{ name, directory, charts, release, stacks, ...others },
    ...(apiServer === undefined || replicas === undefined
      ? {}
      : { agents: { replicas, apiServer } }),
    bamf: { ...QUICK_BAMF, ...bamf },
    config: stacks.includes("staging") ? {} : { "gateways:promotion": null },
  });
  return {
    ...gateways,
    lab,
    eyes: (stack) => clusterEyes(lab, gateways.namespace(stack)),
    users: (stack, options) => startUsers(lab, gateways.place(stack), options),
    sql: (stack, query) => queryDatabase(lab, gateways.database(stack), query),
    agree: (stack, tag) => {
      const release = tag.slice(1);
      const consents = { major: { release, reason: "a test" } };
      return gateways.project.configure(stack, {
        "gateways:bamf": { notesRead: release, consents },
      });
    },
    clear: async () => {
      apiServer?.close();
      await clearBamf(lab, name, directory);
    },
  };
}
