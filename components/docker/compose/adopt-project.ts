import type { ComposeContainer, ComposeProject } from "./read-project";

/** What a product's services are called in its Compose file, and where they keep their data. */
export interface ComposeForm {
  readonly database: { readonly service: string; readonly path: string };
  readonly cache: { readonly service: string; readonly path: string };
  /** Service that owns the published port, and its port in the container. */
  readonly gateway: { readonly service: string; readonly port: number };
  /** Service whose environment the other programs share as well. */
  readonly observer: { readonly service: string };
  /** Services that ran once, and that newer files lack. */
  readonly finished: readonly string[];
  /** Variables of the gateway's container that the image, Compose or this program sets, and no operator. */
  readonly notSecrets: readonly string[];
}

/** What this program takes over of a Compose project, and what it leaves. No secret is part of it. */
export interface ComposeAdoption {
  /** Name of the network by which the services find each other. */
  readonly network: string;
  /** Names by which each service is found there, the service's own first. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** Names of the volumes: taken as they are, never made anew. */
  readonly volumes: { readonly database: string; readonly cache: string | undefined };
  /** What the database is called, and who owns it, as its volume was made. */
  readonly database: { readonly name: string; readonly user: string };
  /** Where requests come in today. */
  readonly published: { readonly address: string; readonly port: number } | undefined;
  /** Names of the variables that the gateway has and the stack file has not. */
  readonly lost: readonly string[];
  /** Names of those that both have with different values. */
  readonly changed: readonly string[];
  /** Containers of services that ran once and are in no newer file. */
  readonly orphans: readonly string[];
  /** Containers of services that this program knows nothing of: they stay, and Compose keeps them. */
  readonly strangers: readonly string[];
}

/** Why a project cannot be taken over, in words; nothing of it is touched. */
export type AdoptionRefusal = readonly {
  readonly at: string;
  readonly found: string;
  readonly fix: string;
}[];

/** Database and user that the image makes if nothing else is said. Source: `docker-library/postgres@16:docker-entrypoint.sh`. */
const POSTGRES = "postgres";

/**
 * How a running Compose project is taken over in place: its volumes by name, its network with the names on it, its database as its volume was made. What
 * the file says today is not asked: it may be another one than that which the containers were made of.
 *
 * @param environment - what the stack file would give to the gateway, secrets among it
 */
export function adoptProject(
  project: ComposeProject,
  form: ComposeForm,
  environment: Readonly<Record<string, string>>,
): ComposeAdoption | AdoptionRefusal {
  const one = (service: string): readonly ComposeContainer[] =>
    project.containers.filter((container) => container.service === service);
  const [database, gateway] = [one(form.database.service)[0], one(form.gateway.service)[0]];
  const volume = database === undefined ? undefined : volumeAt(database, form.database.path);
  const network = database === undefined ? undefined : commonNetwork(database, gateway);
  if (database === undefined || volume === undefined || network === undefined)
    return refusals({ project, form, database, volume, network });
  const cache = one(form.cache.service)[0];
  const parts = [form.database, form.cache, form.gateway, form.observer];
  const names = new Set(parts.map((part) => part.service));
  const others = project.containers.filter(({ service }) => !names.has(service));
  const isOver = ({ service, state }: ComposeContainer): boolean =>
    form.finished.includes(service) && state !== "running";
  return {
    network,
    aliases: Object.fromEntries(
      project.containers
        .filter(({ service }) => names.has(service))
        .map((container) => [container.service, aliasesOn(container, network)]),
    ),
    volumes: {
      database: volume,
      cache: cache === undefined ? undefined : volumeAt(cache, form.cache.path),
    },
    database: databaseOf(database),
    published: publishedBy(gateway, form.gateway.port),
    ...compared(gateway?.environment ?? {}, environment, form.notSecrets),
    orphans: others.filter(isOver).map(({ name }) => name),
    strangers: others.filter((container) => !isOver(container)).map(({ name }) => name),
  };
}

/** True if the project cannot be taken over. */
export const isRefusal = (answer: ComposeAdoption | AdoptionRefusal): answer is AdoptionRefusal =>
  Array.isArray(answer);

function refusals({
  project,
  form: { database: wanted },
  database,
  volume,
}: {
  readonly project: ComposeProject;
  readonly form: ComposeForm;
  readonly database: ComposeContainer | undefined;
  readonly volume: string | undefined;
  readonly network: string | undefined;
}): AdoptionRefusal {
  const at = `Compose project ${project.name}, service ${wanted.service}`;
  if (database === undefined)
    return [
      {
        at,
        found: "no container of it, not even a stopped one",
        fix: "start the project once with docker compose up --detach, or take adopt out and let a backup be restored into a new install",
      },
    ];
  if (volume === undefined) {
    const mount = database.mounts.find(({ path }) => path === wanted.path);
    return [
      {
        at,
        found:
          mount === undefined
            ? `no volume at ${wanted.path}: the data would go with the container`
            : `its data in the folder ${mount.source} of the host`,
        fix: "move the data into a named volume with Compose first, and see that it serves from there",
      },
    ];
  }
  return [
    {
      at,
      found: "no network that it shares with the gateway",
      fix: "put both services into one network of Compose first",
    },
  ];
}

const volumeAt = ({ mounts }: ComposeContainer, at: string): string | undefined =>
  mounts.find(({ kind, path }) => kind === "volume" && path === at)?.source;

/** The first network of both; that of the database if the gateway is gone. */
const commonNetwork = (
  { networks }: ComposeContainer,
  gateway: ComposeContainer | undefined,
): string | undefined =>
  Object.keys(networks)
    .sort()
    .find((name) => gateway === undefined || Object.hasOwn(gateway.networks, name));

/** Without the id of the container, which Docker adds, and the name that Compose gave it. */
const aliasesOn = ({ id, name, service, networks }: ComposeContainer, network: string) => [
  ...new Set([
    service,
    ...(networks[network] ?? []).filter((alias) => alias !== name && !id.startsWith(alias)),
  ]),
];

function publishedBy(gateway: ComposeContainer | undefined, wanted: number) {
  const port = gateway?.ports.find((one) => one.port === wanted);
  return port === undefined ? undefined : { address: port.address, port: port.hostPort };
}

/** Compose passes an unset variable on as an empty one, which the image takes for none. */
function databaseOf({
  environment,
}: Pick<ComposeContainer, "environment">): ComposeAdoption["database"] {
  const said = (key: string): string | undefined =>
    environment[key] === "" ? undefined : environment[key];
  const user = said("POSTGRES_USER") ?? POSTGRES;
  return { name: said("POSTGRES_DB") ?? user, user };
}

function compared(
  running: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
  ignored: readonly string[],
) {
  // Compose passes an unset variable on as an empty one.
  const set = Object.entries(running).filter(
    ([key, value]) => value !== "" && !ignored.includes(key),
  );
  return {
    lost: set
      .filter(([key]) => !Object.hasOwn(wanted, key))
      .map(([key]) => key)
      .sort(),
    changed: set
      .filter(([key, value]) => Object.hasOwn(wanted, key) && wanted[key] !== value)
      .map(([key]) => key)
      .sort(),
  };
}
