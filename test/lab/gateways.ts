import { join } from "node:path";
import { ensureDatabase } from "./database";
import type { Overrides } from "./engine/stack-file";
import type { Lab } from "./lab";
import { licenseToken } from "./license";
import { makeProject, openProject, type Project } from "./project";

/** Where a set of gateways lives in the lab. Two sets with other names never meet. */
export interface GatewaysOptions {
  /** Part of the namespaces and databases: `demo` gives the namespaces `demo-staging` and `demo-prod`. */
  readonly name: string;
  /** Folder of the Pulumi project. */
  readonly directory: string;
  /** @defaultValue both */
  readonly stacks?: readonly Stack[];
  /** More for the configuration of every stack. @defaultValue nothing */
  readonly config?: Overrides;
  /** More for `gateways:smoltbot` of every stack. @defaultValue nothing */
  readonly smoltbot?: Overrides;
}

export type Stack = "staging" | "prod";

/** A Pulumi project whose stacks are gateways in the lab, each with a database of its own. */
export interface Gateways {
  readonly project: Project;
  readonly namespace: (stack: Stack) => string;
  readonly database: (stack: Stack) => string;
}

const ROLE_PASSWORD = "pa@ss/word:of%the lab";
const DAY_MS = 24 * 3_600_000;

const stateUrl = (directory: string): string => `file://${join(directory, ".state")}`;

/** Gateways whose project lies in its folder already. */
export const openGateways = (
  lab: Lab,
  { name, directory }: Pick<GatewaysOptions, "name" | "directory">,
): Gateways => ({
  project: openProject(lab, { directory, stateUrl: stateUrl(directory) }),
  namespace: (stack) => `${name}-${stack}`,
  database: (stack) => `${name}_${stack}`.replaceAll("-", "_"),
});

/** Leaves the empty database of one gateway and its role. @param role - defaults to one of the name of the database */
export const ensureGatewayDatabase = (
  lab: Lab,
  database: string,
  role: string = database,
): Promise<void> => ensureDatabase(lab, { database, role, password: ROLE_PASSWORD });

/** Makes databases and project; installs nothing. The committed stack files are used, changed only where a lab must differ. */
export async function makeGateways(lab: Lab, options: GatewaysOptions): Promise<Gateways> {
  const { directory, stacks = ["staging", "prod"] } = options;
  const gateways = openGateways(lab, options);
  const { namespace, database } = gateways;
  const described = stacks.map(async (stack) => {
    await ensureGatewayDatabase(lab, database(stack));
    const place = { stack, namespace: namespace(stack), database: database(stack) };
    return [
      stack,
      { config: configOf(lab, options, place), secrets: secretsOf(lab, place) },
    ] as const;
  });
  await makeProject(lab, {
    directory,
    stacks: Object.fromEntries(await Promise.all(described)),
    stateUrl: stateUrl(directory),
  });
  return gateways;
}

interface Place {
  readonly stack: Stack;
  readonly namespace: string;
  readonly database: string;
}

const configOf = (lab: Lab, options: GatewaysOptions, place: Place): Overrides => ({
  "gateways:smoltbot": {
    kubernetes: { context: lab.context, namespace: place.namespace },
    // The vendor's repository is out of reach here.
    chart: {
      path: join(import.meta.dirname, "charts", "mnemom-gateway"),
      repo: null,
      name: null,
      version: null,
    },
    catalogue: join(import.meta.dirname, "catalogue.yaml"),
    ...options.smoltbot,
  },
  ...options.config,
});

/** In about a year, at midnight: the same token all day. */
const endOfLicense = (): Date => new Date((Math.floor(Date.now() / DAY_MS) + 365) * DAY_MS);

/** Every secret of one gateway by its configuration path: what must never be seen outside its Secret. */
export const secretsOfGateway = (
  lab: Lab,
  { namespace, database }: Pick<Gateways, "namespace" | "database">,
  stack: Stack,
): Readonly<Record<string, string>> =>
  secretsOf(lab, { stack, namespace: namespace(stack), database: database(stack) });

function secretsOf(lab: Lab, place: Place): Readonly<Record<string, string>> {
  const { postgres, redis } = lab;
  const as = `${place.database}:${encodeURIComponent(ROLE_PASSWORD)}`;
  const url = (host: string) => `postgresql://${as}@${host}:${postgres.port}/${place.database}`;
  const environment = {
    SUPABASE_URL: `${lab.supabaseUrl}/${place.database}`,
    SUPABASE_KEY: `supabase-key-of-${place.namespace}`,
    SUPABASE_JWT_SECRET: `supabase-jwt-secret-of-${place.namespace}`,
    ANTHROPIC_API_KEY: `anthropic-key-of-${place.namespace}`,
    MNEMOM_LICENSE_JWT: licenseToken(endOfLicense(), place.namespace),
    POSTGRES_URL: url(postgres.podHost),
    REDIS_URL: `redis://${redis.podHost}:${redis.port}`,
  };
  return {
    ...Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [`gateways:smoltbotSecrets.${key}`, value]),
    ),
    "gateways:smoltbotDatabaseUrl": url(postgres.host),
  };
}
