import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { keyOf } from "../cache";
import { daemonAt, type DockerDaemon } from "../plugins/docker/daemon";
import { run } from "../run";
import { until } from "../until";

/** A service of a Compose file, as far as the lab's projects say something. */
export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** `pgdata:/var/lib/postgresql/data`, or a folder of the host before the colon. */
  readonly volumes?: readonly string[];
  /** `5432:5432` */
  readonly ports?: readonly string[];
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval: `${number}s`;
    readonly timeout: `${number}s`;
    readonly retries: number;
  };
  readonly restart?: "unless-stopped" | "no";
  readonly depends_on?: Readonly<
    Record<string, { readonly condition: "service_healthy" | "service_completed_successfully" }>
  >;
}

/** A Compose project on a Docker host. Services stand in the order in which they start. */
export interface ComposeProject {
  /** Address of the daemon. */
  readonly url: string;
  readonly name: string;
  /** Where its file is written. */
  readonly folder: string;
  readonly services: Readonly<Record<string, ComposeService>>;
}

/**
 * Does what `docker compose up --detach` does. LAB_COMPOSE names a program of Docker Compose v2, which is taken then; it is compiled of 1,500 packages, so that
 * without it the same containers are made here: names, labels, network and volumes as v2 makes them. One whose service has changed is made anew as v2 does it: the
 * new one beside the old one, which is stopped and removed before anything of the project starts.
 *
 * Source: docker/compose@v2.40.3:pkg/api/labels.go, pkg/compose/create.go, pkg/compose/convergence.go (recreateContainer, startService).
 *
 * @throws Error if a service does not come up that another one depends on
 */
export async function composeUp(project: ComposeProject): Promise<void> {
  const { url, name, folder, services } = project;
  await mkdir(folder, { recursive: true });
  const file = fileOf(project);
  const volumes = Object.fromEntries(volumesOf(project).map((volume) => [volume, {}]));
  await writeFile(file, stringify({ services, volumes }));
  const program = process.env["LAB_COMPOSE"];
  if (program === undefined) return standIn(project);
  await run(program, ["--project-name", name, "--file", file, "up", "--detach"], {
    env: { DOCKER_HOST: url },
  });
}

/** Name of the container of a service. */
export const composeContainer = (project: string, service: string): string =>
  `${project}-${service}-1`;

const fileOf = ({ folder }: ComposeProject): string => join(folder, "docker-compose.yml");

/** Named volumes, without the project before them. */
const volumesOf = ({ services }: ComposeProject): readonly string[] => [
  ...new Set(
    Object.values(services)
      .flatMap(({ volumes = [] }) => volumes)
      .flatMap((volume) => (volume.startsWith("/") ? [] : (volume.split(":")[0] ?? []))),
  ),
];

const LABEL = "com.docker.compose";
const HASH = `${LABEL}.config-hash`;
const VERSION = { [`${LABEL}.version`]: "2.40.3" };

async function standIn(project: ComposeProject): Promise<void> {
  const { url, name, services } = project;
  const daemon = daemonAt(url);
  const labels = { [`${LABEL}.project`]: name, ...VERSION };
  if ((await daemon.ask("GET", `/networks/${name}_default`)).status === 404)
    await daemon.must("POST", "/networks/create", {
      body: {
        Name: `${name}_default`,
        Driver: "bridge",
        CheckDuplicate: true,
        Labels: { ...labels, [`${LABEL}.network`]: "default" },
      },
    });
  for (const volume of volumesOf(project))
    await daemon.must("POST", "/volumes/create", {
      body: { Name: `${name}_${volume}`, Labels: { ...labels, [`${LABEL}.volume`]: volume } },
    });
  for (const service of Object.keys(services)) await makeService(daemon, project, service);
  for (const service of Object.keys(services)) await startService(daemon, project, service);
}

/** Makes the container of a service, or makes it anew if its service has changed. */
async function makeService(
  daemon: DockerDaemon,
  project: ComposeProject,
  service: string,
): Promise<void> {
  const container = composeContainer(project.name, service);
  const request = requestOf(project, service);
  const make = (name: string) =>
    daemon.must("POST", `/containers/create?name=${name}`, { body: request });
  if ((await daemon.ask("GET", `/containers/${container}/json`)).status === 404) {
    await make(container);
    return;
  }
  const old = (await daemon.must("GET", `/containers/${container}/json`)) as Made;
  if (old.Config.Labels[HASH] === request.Labels[HASH]) return;
  const aside = `${old.Id.slice(0, 12)}_${container}`;
  await make(aside);
  await daemon.must("POST", `/containers/${old.Id}/stop`);
  await daemon.must("DELETE", `/containers/${old.Id}`);
  await daemon.must("POST", `/containers/${aside}/rename?name=${container}`);
}

interface Made {
  readonly Id: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
}

async function startService(
  daemon: DockerDaemon,
  project: ComposeProject,
  service: string,
): Promise<void> {
  for (const [other, { condition }] of Object.entries(project.services[service]?.depends_on ?? {}))
    await until(`${other} for ${service}`, () => isMet(daemon, project, other, condition), {
      seconds: 300,
    });
  await daemon.must("POST", `/containers/${composeContainer(project.name, service)}/start`);
}

interface State {
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly Health?: { readonly Status: string };
  };
}

async function isMet(
  daemon: DockerDaemon,
  { name }: ComposeProject,
  service: string,
  condition: string,
): Promise<boolean> {
  const path = `/containers/${composeContainer(name, service)}/json`;
  const { State: state } = (await daemon.must("GET", path)) as State;
  return condition === "service_healthy"
    ? state.Health?.Status === "healthy"
    : state.Status === "exited" && state.ExitCode === 0;
}

/** The container of a service as the API of Docker makes it. */
function requestOf(project: ComposeProject, service: string) {
  const { name, folder, services } = project;
  const one = services[service]!;
  const { image, command, environment = {}, volumes = [], ports = [], restart = "no" } = one;
  const { depends_on: needs = {} } = one;
  const bindings = ports.map((port) => port.split(":") as [string, string]);
  return {
    Image: image,
    ...(command === undefined ? {} : { Cmd: command }),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    ...(one.healthcheck === undefined ? {} : { Healthcheck: healthOf(one.healthcheck) }),
    ExposedPorts: Object.fromEntries(bindings.map(([, inside]) => [`${inside}/tcp`, {}])),
    Labels: {
      [HASH]: keyOf([JSON.stringify(one)]),
      [`${LABEL}.container-number`]: "1",
      [`${LABEL}.depends_on`]: Object.entries(needs)
        .map(([other, { condition }]) => `${other}:${condition}:false`)
        .join(","),
      [`${LABEL}.oneoff`]: "False",
      [`${LABEL}.project`]: name,
      [`${LABEL}.project.config_files`]: fileOf(project),
      [`${LABEL}.project.working_dir`]: folder,
      [`${LABEL}.service`]: service,
      ...VERSION,
    },
    HostConfig: {
      Binds: volumes.map((volume) => (volume.startsWith("/") ? volume : `${name}_${volume}`)),
      NetworkMode: `${name}_default`,
      RestartPolicy: { Name: restart },
      PortBindings: Object.fromEntries(
        bindings.map(([outside, inside]) => [`${inside}/tcp`, [{ HostIp: "", HostPort: outside }]]),
      ),
    },
    NetworkingConfig: {
      EndpointsConfig: {
        [`${name}_default`]: { Aliases: [composeContainer(name, service), service] },
      },
    },
  };
}

const nanoseconds = (time: string): number => Number.parseFloat(time) * 1e9;

const healthOf = ({
  test,
  interval,
  timeout,
  retries,
}: NonNullable<ComposeService["healthcheck"]>) => ({
  Test: test,
  Interval: nanoseconds(interval),
  Timeout: nanoseconds(timeout),
  Retries: retries,
});
