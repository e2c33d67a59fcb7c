import type { AdoptionRefusal, ComposeAdoption, ComposeForm } from "./adoption";
import type { ComposeContainer, ComposeProject } from "./read-project";

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
  const taken = project.containers.filter(({ service }) => names.has(service));
  const isOver = ({ service, state }: ComposeContainer): boolean =>
    form.finished.includes(service) && state !== "running";
  return {
    network,
    aliases: Object.fromEntries(
      taken.map((container) => [container.service, aliasesOn(container, network)]),
    ),
    volumes: {
      database: volume,
      cache: cache === undefined ? undefined : volumeAt(cache, form.cache.path),
    },
    database: databaseOf(database),
    published: publishedBy(gateway, form.gateway.port),
    ...compared(
      { ...gateway?.environment, ...passwordOf(database, form) },
      environment,
      form.notSecrets,
    ),
    databaseImage: database.image,
    image: gateway?.image,
    parts: taken.map(({ service, name, state }) => ({
      service,
      name,
      isRunning: isUp(state),
    })),
    unpublished: taken
      .filter(({ service }) => service !== form.gateway.service)
      .flatMap(({ name, ports }) =>
        ports.map(({ address, hostPort }) => `${address}:${hostPort} of ${name}`),
      ),
    orphans: others.filter(isOver).map(({ name }) => name),
    strangers: others.filter((container) => !isOver(container)).map(({ name }) => name),
  };
}

const isUp = (state: ComposeContainer["state"]): boolean =>
  state === "running" || state === "paused" || state === "restarting";

/** The password with which the volume was made, if the container tells. */
const passwordOf = (
  { environment }: ComposeContainer,
  { database: { password } }: ComposeForm,
): Readonly<Record<string, string>> => {
  const value = environment[password];
  return value === undefined ? {} : { [password]: value };
};

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
