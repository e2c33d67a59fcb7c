import { join } from "node:path";
import { execa } from "execa";
import { ensureDatabase } from "../database";
import type { Gateways, Stack } from "../gateways";
import type { Lab } from "../lab";
import type { Settings } from "../settings";
import { bamfPlace, ensureRedis } from "./around";
import { chartName } from "./chart-folder";
import { labValues } from "./lab-values";
import { alembic } from "./python";
import { bamfReleases } from "./releases";

/** A BAMF that Helm installs and upgrades, without this program. */
export interface HelmBamf {
  readonly install: (tag: string) => Promise<void>;
  /** `helm upgrade --wait`, as the vendor's guide says. */
  readonly upgrade: (tag: string) => Promise<void>;
  /** The database by its configuration paths, as a stack file of the same installation has it. */
  readonly databaseSecrets: Readonly<Record<string, string>>;
}

/** How somebody has installed it. */
export interface HelmBamfOptions {
  /** Bridges. @defaultValue 3 */
  readonly bridges?: number;
}

const SECRET = "database-password";
const LIMIT = "--timeout=10m";

/** The chart's URL of an external database says `sslmode`, which the product's driver refuses (T-20); nothing else can be said about it in the values. */
const START_API = [
  "/bin/sh",
  "-c",
  'BAMF_DATABASE_URL="${BAMF_DATABASE_URL%%\\?*}?ssl=disable" exec /usr/local/bin/bamf api',
];

/**
 * Prepares an install by plain Helm where the stack of that name would be: database, Redis, namespace.
 *
 * Its releases have to know the same schema: the chart's own migration fails on an external database (T-20), so the database is migrated beforehand.
 */
export async function bamfByHelm(
  lab: Lab,
  settings: Settings,
  gateways: Pick<Gateways, "namespace" | "database">,
  stack: Stack,
  charts: string,
  { bridges = 3 }: HelmBamfOptions = {},
): Promise<HelmBamf> {
  const { env, postgres } = lab;
  const [namespace, database] = [gateways.namespace(stack), gateways.database(stack)];
  // The chart puts it into a URL as it is.
  const password = `database-password-of-${namespace}`;
  const run = async (program: string, words: readonly string[], input = ""): Promise<void> => {
    await execa(program, [...words, "--namespace", namespace], { env, input });
  };
  await ensureDatabase(lab, { database, role: database, password });
  await ensureRedis(lab, bamfPlace(namespace));
  await execa("kubectl", ["create", "namespace", namespace], { env });
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: SECRET } };
  // By standard input: a command line is seen by everybody on the machine.
  const text = JSON.stringify({ ...secret, stringData: { password } });
  await run("kubectl", ["create", "--filename", "-"], text);
  const as = `${database}:${password}`;
  const url = `postgresql+asyncpg://${as}@${postgres.host}:${postgres.port}/${database}?ssl=disable`;
  const helm = async (verb: "install" | "upgrade", tag: string): Promise<void> => {
    const { layout } = bamfReleases.find((one) => one.tag === tag)!;
    const place = { host: postgres.podHost, port: postgres.port, name: database };
    const values = withStartedApi(labValues({ namespace, layout, database: place, bridges }));
    const words = [verb, "bamf", join(charts, chartName(tag)), "--values", "-", "--wait", LIMIT];
    await run("helm", words, JSON.stringify(values));
  };
  return {
    install: async (tag) => {
      const { head } = bamfReleases.find((one) => one.tag === tag)!;
      await alembic(settings, url, ["upgrade", head]);
      await helm("install", tag);
    },
    upgrade: (tag) => helm("upgrade", tag),
    databaseSecrets: {
      "gateways:bamfSecrets.DATABASE_URL": `postgresql://${as}@${postgres.podHost}:${postgres.port}/${database}?sslmode=disable`,
      "gateways:bamfDatabaseUrl": `postgresql://${as}@${postgres.host}:${postgres.port}/${database}`,
    },
  };
}

/** The values, with what an operator of plain Helm has to add. */
export function withStartedApi(values: object): object {
  const { core, ...others } = values as {
    core: { api: object; postgresql: { external: object } };
  };
  return {
    ...others,
    core: {
      ...core,
      api: { ...core.api, command: START_API },
      migrations: { enabled: false },
      postgresql: { external: { ...core.postgresql.external, existingSecret: SECRET } },
    },
  };
}
