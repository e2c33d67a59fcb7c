import { z } from "zod";
import { isTree, merge, type Tree } from "./merge";
import { dnsLabel } from "./words";

const postgresUrl = z.string("a URL that begins with postgresql://");

/** What a stack file says about several gateways; each entry is merged over what is common to all. */
export const instancesSchema = z.strictObject({
  instances: z
    .record(dnsLabel, z.record(z.string(), z.unknown()))
    .refine((found) => Object.keys(found).length > 0, "at least one gateway")
    .optional()
    .describe(
      "Several gateways in one stack: for each, by its name, the keys of `gateways:smoltbot` that it has of its own.",
    ),
  instanceSecrets: z
    .record(
      dnsLabel,
      z.strictObject({
        environment: z
          .record(z.string(), z.unknown())
          .optional()
          .describe("Over `gateways:smoltbotSecrets`."),
        databaseUrl: postgresUrl.optional().describe("Over `gateways:smoltbotDatabaseUrl`."),
        scratchUrl: postgresUrl.optional().describe("Over `gateways:smoltbotScratchUrl`."),
        backupKey: z
          .string("age identities, one a line")
          .optional()
          .describe("Over `gateways:smoltbotBackupKey`."),
        backupCredentials: z
          .record(z.string(), z.unknown())
          .optional()
          .describe("Over `gateways:smoltbotBackupCredentials`."),
      }),
    )
    .optional()
    .describe("Secrets of each gateway of `gateways:instances`, by its name."),
});

/** One gateway of a stack, still unchecked. */
export interface Instance {
  /** Name of its resources and outputs. */
  readonly name: string;
  /** Keys without their `gateways:` prefix. */
  readonly keys: Tree;
  /** What the stack file says about this gateway alone. */
  readonly own: Tree;
}

/** Name of the gateway of a stack that has only one. */
export const ONLY = "smoltbot";

/** The gateways of a stack: those that `instances` names, or the one that the stack file describes. */
export function instancesOf({ instances, instanceSecrets, ...common }: Tree): readonly Instance[] {
  if (!isTree(instances)) return [{ name: ONLY, keys: common, own: {} }];
  return Object.entries(instances).map(([name, given]) => {
    const own = isTree(given) ? given : {};
    const all = isTree(instanceSecrets) ? instanceSecrets[name] : undefined;
    const { environment, databaseUrl, scratchUrl, backupCredentials, backupKey } = isTree(all)
      ? all
      : {};
    const secrets = merge(treeOr(common["smoltbotSecrets"]), treeOr(environment));
    const keys = {
      ...common,
      smoltbot: merge(treeOr(common["smoltbot"]), own),
      smoltbotSecrets: secrets,
      ...(databaseUrl === undefined ? {} : { smoltbotDatabaseUrl: databaseUrl }),
      ...(scratchUrl === undefined ? {} : { smoltbotScratchUrl: scratchUrl }),
      ...(backupKey === undefined ? {} : { smoltbotBackupKey: backupKey }),
      ...(backupCredentials === undefined ? {} : { smoltbotBackupCredentials: backupCredentials }),
    };
    return { name, keys, own };
  });
}

const treeOr = (value: unknown): Tree => (isTree(value) ? value : {});
