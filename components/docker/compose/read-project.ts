import type { ContainerFacts } from "../facts/host-facts";
import { environmentOf, readContainer, type Inspected } from "../facts/read-container";

/**
 * Labels that Compose gives to what it makes.
 *
 * Source: `docker/compose@v2.40.3:pkg/api/labels.go`; `hook`: `docker/compose@v5.5.0:pkg/compose/pre_start.go`.
 */
export const COMPOSE = {
  project: "com.docker.compose.project",
  service: "com.docker.compose.service",
  oneOff: "com.docker.compose.oneoff",
  /** Of a container that runs once before its service, and stays if it has failed: it has the service's own labels beside this one. */
  hook: "com.docker.compose.hook",
  folder: "com.docker.compose.project.working_dir",
  files: "com.docker.compose.project.config_files",
} as const;

/** One container of a Compose project, with its environment. */
export interface ComposeContainer extends ContainerFacts {
  readonly service: string;
  /** Values too: secrets among them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A Compose project as its containers tell it: the file itself may be elsewhere, or be another one by now. */
export interface ComposeProject {
  readonly name: string;
  /** Folder from which it was started last; undefined if Compose was too old to note it. */
  readonly folder: string | undefined;
  /** Files that it was made of. */
  readonly files: readonly string[];
  /** By service, those that run first, and by name; those of `docker compose run` and of hooks are left out. */
  readonly containers: readonly ComposeContainer[];
}

/** The Compose project that a container belongs to; undefined if it belongs to none. */
export const projectOf = ({ labels }: Pick<ContainerFacts, "labels">): string | undefined =>
  labels[COMPOSE.project];

/**
 * Finds one Compose project among all containers of a host, stopped ones included.
 *
 * @returns undefined if no container belongs to it
 */
export function readProject(
  name: string,
  containers: readonly Inspected[],
): ComposeProject | undefined {
  const found = containers
    .map((one) => ({ facts: readContainer(one), environment: environmentOf(one) }))
    .filter(({ facts }) => projectOf(facts) === name)
    .filter(({ facts: { labels } }) => labels[COMPOSE.oneOff]?.toLowerCase() !== "true")
    .filter(({ facts: { labels } }) => labels[COMPOSE.hook] === undefined)
    .map(({ facts, environment }) => ({
      ...facts,
      service: facts.labels[COMPOSE.service] ?? "",
      environment,
    }))
    .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const newest = [...found].sort((one, other) => other.createdAt - one.createdAt)[0];
  return newest === undefined
    ? undefined
    : {
        name,
        folder: newest.labels[COMPOSE.folder],
        files: (newest.labels[COMPOSE.files] ?? "").split(",").filter((file) => file !== ""),
        containers: found,
      };
}

/** A run of Compose that was cut while it made a service anew has left a second container of it, which never ran: `<id>_<name>`. */
const keyOf = ({ service, name, state }: ComposeContainer): string =>
  `${service} ${state === "running" ? 0 : 1} ${name}`;
