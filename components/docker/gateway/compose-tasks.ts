import type { DumpTasksArgs } from "../../gateway/dump-tasks";
import type { DatabaseSource } from "../../postgres/database-source";
import type { AdoptionInput } from "../../steps/adoption-input";
import type { StepTask } from "../../upgrade/target";
import { SPEC_LABEL, type ContainerSpec } from "../objects/container-spec";
import type { DockerConfig } from "./settings";
import { placeOf, type TasksArgs } from "./tasks";

type ComposeField = NonNullable<AdoptionInput["compose"]>;

/** What the steps are told of a Compose project; undefined if nothing of it is taken over or removed. */
function composeOf({ product, config }: TasksArgs): ComposeField | undefined {
  const { adopt, consents, docker, version } = config.settings;
  const { database, cache, gateway, observer, finished } = product.compose;
  // A consent covers only its release.
  const remove = consents.orphans?.release === version ? [...finished] : [];
  if (!adopt && remove.length === 0) return undefined;
  return {
    project: docker.project,
    ...(adopt
      ? {
          takes: {
            data: { [database.role]: database.service, [cache.role]: cache.service },
            gateway: gateway.service,
            others: [observer.service],
            stopSeconds: docker.stopSeconds,
            ready: product.health.ready,
          },
        }
      : {}),
    remove,
  };
}

/** The input of the step that takes a Compose project over, or removes what an older one has left; undefined if there is nothing to do for it. */
export function adoptionTask(
  args: TasksArgs,
  secrets: Readonly<Record<string, string>>,
): StepTask<AdoptionInput> | undefined {
  const compose = composeOf(args);
  // They are made and not started while an install is taken over, later on as well: one of other settings would never be.
  const made =
    compose?.takes === undefined
      ? {}
      : {
          made: args.release.data.map(({ name, labels }) => `${name} ${labels[SPEC_LABEL] ?? ""}`),
        };
  return (
    compose && {
      input: { ...placeOf(args), compose, release: compose.project, objects: [], ...made },
      secrets,
    }
  );
}

/** The way to the database for what runs before the project is taken over: that of Compose until ours runs. */
export const sourceBefore = (
  source: DatabaseSource,
  { settings }: Pick<DockerConfig, "settings">,
): DatabaseSource =>
  settings.adopt && source.kind === "pod"
    ? { ...source, composeProject: settings.docker.project }
    : source;

/** Steps that come before it are told of the project as well, for the release that runs. */
export const withCompose = (dumps: DumpTasksArgs, args: TasksArgs): DumpTasksArgs =>
  args.config.settings.adopt
    ? { ...dumps, place: { ...dumps.place, compose: composeOf(args) } }
    : dumps;

/** Those of an adoption are made and not started: nothing runs twice on a volume, and only the step has stopped the one before. */
export const dataContainers = (
  data: readonly ContainerSpec[],
  adopt: boolean,
): readonly ContainerSpec[] =>
  adopt ? data.map((spec) => ({ ...spec, start: "by a step" })) : data;
