import { join } from "node:path";
import type { z } from "zod";
import { readCatalogue } from "../../config/read-catalogue";
import { builtImageName, type BuildSource } from "../../docker/build/build-source";
import { dockerGates } from "../../docker/gates/list";
import type { DockerInput } from "../../docker/gate-input";
import type { DockerProduct, ReleaseOnDocker } from "../../docker/gateway/product";
import type { DockerConfig, OnDocker } from "../../docker/gateway/settings";
import { COMPONENTS } from "../../root";
import { fingerprint } from "../../upgrade/fingerprint";
import { askGates, type Gate } from "../../upgrade/gate";
import { upgradeGates } from "../../upgrade/gates/list";
import type { smoltbotSchema } from "../config";
import { POSTGRES_URL, TRACKING_TABLE } from "../database-source";
import { smoltbotGates, type SmoltbotInput } from "../gates/list";
import { HEALTH } from "../health";
import { instanceName } from "../instance-name";
import { releaseRules, requiredKeysOf } from "../release-rules";
import { statusChecks } from "../verification/check-status";
import { smoltbotCompose } from "./compose-form";
import { smoltbotContainers } from "./containers";

/** What a stack file says of smoltbot on a Docker host. */
export type SmoltbotOnDockerSettings = OnDocker<
  Omit<z.infer<typeof smoltbotSchema>, "chart" | "values" | "ignoreHooks">
>;

/** Everything that the gates of a smoltbot on a Docker host are asked about. */
type GateInput = DockerInput & SmoltbotInput;

/** All gates of a smoltbot on a Docker host: those that hold everywhere, those of the target, and its own. */
export const allGatesOnDocker: readonly Gate<GateInput>[] = [
  ...upgradeGates,
  ...dockerGates,
  ...smoltbotGates,
];

const CATALOGUE = join(COMPONENTS, "smoltbot", "catalogue.yaml");

/** The password of PostgreSQL, which its image reads. Source: `mnemom/smoltbot@33f9a5a:deploy/docker/docker-compose.yml`. */
const PASSWORD = "POSTGRES_PASSWORD";

/**
 * What its images are built by. That of the migration was in the source at v2.1.0, and is in no newer one.
 *
 * Source: `mnemom/smoltbot@1e142d2:deploy/docker/Dockerfile.gateway`, `mnemom/smoltbot@v2.1.0:deploy/docker/Dockerfile.migrate`.
 */
const DOCKERFILES = {
  gateway: "deploy/docker/Dockerfile.gateway",
  migrate: "deploy/docker/Dockerfile.migrate",
} as const;

/** The smoltbot gateway, on a Docker host. */
export const smoltbotOnDocker: DockerProduct<SmoltbotOnDockerSettings> = {
  name: "smoltbot",
  health: HEALTH,
  release: releaseOf,
  dataPath: smoltbotCompose.database.path,
  trackingTable: TRACKING_TABLE,
  databaseKey: POSTGRES_URL,
  compose: smoltbotCompose,
  settingNames: ({ settings, secrets }) =>
    [
      ...Object.keys(secrets).map((key) => `smoltbotSecrets.${key}`),
      ...Object.keys(settings.docker.environment).map((key) => `${ENVIRONMENT}.${key}`),
    ].sort(),
  reportedVersion: ({ docker }) => instanceName(valuesOf(docker)),
  checks: ({ statusProgram }) => statusChecks(statusProgram),
  // Of other gateways the gates read only what every product has.
  ask: (input, all) =>
    askGates(
      allGatesOnDocker,
      {
        ...input,
        at: (setting) => input.at(setting?.replace(/^values\.config(?=\.|$)/, ENVIRONMENT)),
        settings: { ...input.settings, values: valuesOf(input.settings.docker) },
      },
      all as readonly GateInput[],
    ),
};

/** Where the stack file has what the chart has at `values.config`. */
const ENVIRONMENT = "docker.environment";

/** The environment in the words of the chart, in which the gates read it. */
const valuesOf = ({ environment }: SmoltbotOnDockerSettings["docker"]) => ({
  config: { ...environment },
});

async function releaseOf({
  settings,
  secrets: given,
}: DockerConfig & { readonly settings: SmoltbotOnDockerSettings }): Promise<ReleaseOnDocker> {
  const { version, docker, availability, catalogue: file } = settings;
  const catalogue = await readCatalogue(file ?? CATALOGUE, "gateways:smoltbot.catalogue");
  const { tagForms, urlRules } = releaseRules;
  const secrets = withDatabase(given, settings);
  const containers = smoltbotContainers({
    version,
    place: docker,
    replicas: availability.replicas,
    images: { ...docker.images, ...releaseImages(settings) },
    database: docker.database,
    environment: docker.environment,
    secrets,
  });
  const { observer, ...rest } = containers;
  return {
    ...rest,
    others: [observer],
    build: buildOf(settings),
    version,
    rules: {
      catalogue,
      // Made of the password, unless the stack file names another database; a blank one is found all the same.
      requiredKeys: [...requiredKeysOf(catalogue, version), PASSWORD].filter(
        (key) => key !== POSTGRES_URL || given[POSTGRES_URL] !== undefined,
      ),
      tagForms,
      urlRules,
    },
    secrets,
    configHash: fingerprint(containers),
  };
}

/** Images of the release, pulled or built: the release is the tag, of the migration with a `v` (T-07). */
function releaseImages({ version, docker, schema }: SmoltbotOnDockerSettings) {
  const { project, images, build } = docker;
  return {
    gateway:
      build === undefined
        ? `${images.gateway}:${version}`
        : builtImageName(project, "gateway", version),
    migrate:
      build?.migrate === true
        ? builtImageName(project, "migrate", `v${version}`)
        : `${schema.image}:v${version}`,
  };
}

function buildOf(settings: SmoltbotOnDockerSettings): BuildSource | undefined {
  const { build } = settings.docker;
  if (build === undefined) return undefined;
  const { gateway, migrate } = releaseImages(settings);
  return {
    source: build.source,
    ref: build.ref ?? `v${settings.version}`,
    images: [
      { image: gateway, dockerfile: DOCKERFILES.gateway },
      ...(build.migrate ? [{ image: migrate, dockerfile: DOCKERFILES.migrate }] : []),
    ],
  };
}

/** The secrets with the connection string of the database that runs beside the gateway, unless they name another one. */
function withDatabase(
  secrets: Readonly<Record<string, string>>,
  { docker: { database } }: SmoltbotOnDockerSettings,
): Readonly<Record<string, string>> {
  const password = secrets[PASSWORD];
  if (secrets[POSTGRES_URL] !== undefined || password === undefined) return secrets;
  const login = `${encodeURIComponent(database.user)}:${encodeURIComponent(password)}`;
  return {
    ...secrets,
    [POSTGRES_URL]: `postgresql://${login}@postgres:5432/${encodeURIComponent(database.name)}`,
  };
}
