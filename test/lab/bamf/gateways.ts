import { join } from "node:path";
import { ensureDatabase, queryDatabase } from "../database";
import type { Overrides } from "../engine/stack-file";
import { openGateways, type Gateways, type GatewaysOptions, type Stack } from "../gateways";
import type { Lab } from "../lab";
import { makeProject } from "../project";
import { until } from "../until";
import {
  bamfPlace,
  ensureForeignAgent,
  ensureRedis,
  ensureResource,
  type BamfPlace,
} from "./around";
import { chartName } from "./chart-folder";
import { labValues, type ChartAgents } from "./lab-values";
import { bamfReleases, type BamfRelease } from "./releases";

/** Where a set of BAMFs lives in the lab, each with a database and a Redis of its own. */
export interface BamfOptions extends Omit<GatewaysOptions, "smoltbot"> {
  /** Folder of the charts, as {@link ensureBamf} gives it. */
  readonly charts: string;
  /** The release that they want at first: `v0.10.0`. */
  readonly release: string;
  /** More for `gateways:bamf` of every stack. @defaultValue nothing */
  readonly bamf?: Overrides;
  /** Bridges of each. @defaultValue 3 */
  readonly bridges?: number;
  /** Agents of its chart, each with a resource behind it; they join once {@link BamfGateways.letJoin} is through. @defaultValue none */
  readonly agents?: ChartAgents;
}

/** A Pulumi project whose stacks are BAMFs in the lab. */
export interface BamfGateways extends Gateways {
  readonly place: (stack: Stack) => BamfPlace;
  /** Changes the one line of the stack file that an upgrade is, and gives it as a diff. */
  readonly want: (stack: Stack, tag: string) => Promise<string>;
  /** Lets agents join, as soon as BAMF has its tables: to be called while it is installed. Unit of the limit: seconds. */
  readonly letJoin: (stack: Stack, limit?: number) => Promise<void>;
  /** Leaves an agent that is no part of the release, of a release of its own; BAMF has to be installed. */
  readonly joinForeignAgent: (stack: Stack, tag: string) => Promise<void>;
}

const JOIN_TOKEN = "join-token-of-the-lab";

const LET_JOIN = `
  INSERT INTO join_tokens (name, token_hash, expires_at, created_by)
  SELECT 'lab', encode(sha256('${JOIN_TOKEN}'), 'hex'), now() + interval '30 days', 'lab'
  WHERE NOT EXISTS (SELECT FROM join_tokens WHERE name = 'lab');
`;

const ROLE_PASSWORD = "pa@ss/word:of%the lab";

const releaseOf = (tag: string): BamfRelease => {
  const found = bamfReleases.find((one) => one.tag === tag);
  if (found === undefined) throw new Error(`the lab has no BAMF ${tag}`);
  return found;
};

/** BAMFs whose project lies in its folder already. */
export function openBamf(lab: Lab, options: Pick<BamfOptions, "name" | "directory">): BamfGateways {
  const gateways = openGateways(lab, options);
  const { project, namespace, database } = gateways;
  const place = (stack: Stack) => bamfPlace(namespace(stack));
  const letJoin = async (stack: Stack): Promise<true> => {
    await queryDatabase(lab, database(stack), LET_JOIN);
    return true;
  };
  return {
    ...gateways,
    place,
    want: (stack, tag) => project.setVersion(stack, tag.slice(1), "bamf"),
    letJoin: (stack, limit = 900) =>
      until("agents may join", () => letJoin(stack), { seconds: limit, everyMs: 500 }),
    joinForeignAgent: async (stack, tag) => {
      await letJoin(stack);
      await ensureForeignAgent(lab, place(stack), { tag, token: JOIN_TOKEN });
    },
  };
}

/** Makes databases, Redis servers and the project; installs nothing. The committed stack files are used for all but the product itself. */
export async function makeBamf(lab: Lab, options: BamfOptions): Promise<BamfGateways> {
  const { directory, stacks = ["staging", "prod"] } = options;
  const gateways = openBamf(lab, options);
  const described = stacks.map(async (stack) => {
    const [namespace, database] = [gateways.namespace(stack), gateways.database(stack)];
    await ensureBamfDatabase(lab, database);
    await ensureRedis(lab, gateways.place(stack));
    if (options.agents !== undefined) await ensureResource(lab, gateways.place(stack));
    const names = { namespace, database };
    const config = bamfConfigOf(lab, options, names);
    return [
      stack,
      { config, secrets: bamfSecretsOf(lab, names, options.agents !== undefined) },
    ] as const;
  });
  const stateUrl = `file://${join(directory, ".state")}`;
  const stackOptions = Object.fromEntries(await Promise.all(described));
  await makeProject(lab, { directory, stacks: stackOptions, stateUrl });
  return gateways;
}

/** Leaves the empty database of one BAMF, and its role of the same name. */
export const ensureBamfDatabase = (lab: Lab, database: string): Promise<void> =>
  ensureDatabase(lab, { database, role: database, password: ROLE_PASSWORD });

interface Named {
  readonly namespace: string;
  readonly database: string;
}

/** What a stack file says of one BAMF in plain, over what the committed one says. */
export function bamfConfigOf(
  { postgres, context }: Pick<Lab, "postgres" | "context">,
  options: Pick<BamfOptions, "release" | "charts" | "bridges" | "agents" | "bamf" | "config">,
  { namespace, database }: Named,
): Overrides {
  const { release, charts, bridges, agents, bamf, config } = options;
  return {
    "gateways:smoltbot": null,
    "gateways:bamf": {
      version: release.slice(1),
      kubernetes: { context, namespace, release: "bamf" },
      chart: { path: join(charts, `${chartName("v{version}")}.tgz`) },
      values: labValues({
        namespace,
        layout: releaseOf(release).layout,
        database: { host: postgres.podHost, port: postgres.port, name: database },
        ...(bridges === undefined ? {} : { bridges }),
        ...(agents === undefined ? {} : { agents }),
      }),
      backup: { database: "url", keep: 5 },
      ...bamf,
    },
    ...config,
  };
}

/** Every secret of one BAMF by its configuration path. @param hasAgents - true if its chart has agents */
export function bamfSecretsOf(
  { postgres }: Pick<Lab, "postgres">,
  { namespace, database }: Named,
  hasAgents = false,
): Readonly<Record<string, string>> {
  const as = `${database}:${encodeURIComponent(ROLE_PASSWORD)}`;
  const url = (host: string) => `postgresql://${as}@${host}:${postgres.port}/${database}`;
  const environment = {
    DATABASE_URL: `${url(postgres.podHost)}?sslmode=disable`,
    BAMF_BRIDGE_BOOTSTRAP_TOKEN: `bootstrap-token-of-${namespace}`,
    BAMF_PROXY_INTERNAL_TOKEN: `proxy-token-of-${namespace}`,
    ...(!hasAgents ? {} : { BAMF_JOIN_TOKEN: JOIN_TOKEN }),
  };
  return {
    ...Object.fromEntries(
      Object.entries(environment).map(([key, value]) => [`gateways:bamfSecrets.${key}`, value]),
    ),
    "gateways:bamfDatabaseUrl": url(postgres.host),
  };
}
