import { isDatabaseAway } from "../../../../components/docker/facts/database-away";
import { containerDrift } from "../../../../components/docker/gates/container-drift";
import { composeProject } from "../../../../components/docker/gates/compose-project";
import { foreignContainers } from "../../../../components/docker/gates/foreign-containers";
import { postgresMajor } from "../../../../components/docker/gates/postgres-major";
import { publishedPort } from "../../../../components/docker/gates/published-port";
import type { DockerFacts } from "../../../../components/docker/gate-input";
import { planGateway } from "../../../../components/docker/gateway/plan-gateway";
import type { ContainerSpec } from "../../../../components/docker/objects/container-spec";
import type { ProxyServer } from "../../../../components/docker/proxy/haproxy-config";
import { dockerPlace } from "../../../../components/docker/settings";
import { NO_DATA } from "../../../../components/gateway/look-at-data";
import { smoltbotContainers } from "../../../../components/smoltbot/docker/containers";
import { downgradeToWarnings } from "../../../../components/upgrade/downgrade-to-warnings";
import { fingerprint } from "../../../../components/upgrade/fingerprint";
import { database as databaseGate } from "../../../../components/upgrade/gates/database";
import { schemaOrigin } from "../../../../components/upgrade/gates/schema-origin";
import { versionPolicy } from "../../../../components/upgrade/gates/version-policy";
import { observed, unavailable } from "../../../../components/upgrade/observation";
import { isSettled, type Plan } from "../../../../components/upgrade/plan/plan";
import { judge } from "../../../../components/upgrade/verdict";
import { host } from "../../../docker/facts";
import {
  factsOfBox,
  headOfDocker,
  liveServers,
  PORT,
  PROJECT,
  VOLUME,
  type DockerWorld,
} from "./world";

/** What the stack file comes to. */
export interface WantedDocker {
  readonly data: readonly ContainerSpec[];
  readonly migrate: ContainerSpec;
  /** Gateways, observer and front proxy. */
  readonly rolledOut: readonly ContainerSpec[];
  readonly servers: readonly ProxyServer[];
  readonly configHash: string;
}

/** What a run goes by. */
export interface DockerDecision {
  readonly plan: Plan;
  /** Gates that stop it. */
  readonly stops: readonly string[];
  readonly wanted: WantedDocker;
}

const known = new Map<string, WantedDocker>();

/** The containers of a stack file, as the program makes them. */
export function wantedDocker({ file }: Pick<DockerWorld, "file">): WantedDocker {
  const key = JSON.stringify(file);
  const found = known.get(key) ?? makeWanted(file);
  known.set(key, found);
  return found;
}

function makeWanted({
  version,
  replicas,
  proxyMiB,
  databaseMiB,
}: DockerWorld["file"]): WantedDocker {
  const limits = {
    proxy: { memoryMiB: proxyMiB, cpus: 1 },
    postgres: { memoryMiB: databaseMiB, cpus: 2 },
  };
  const made = smoltbotContainers({
    version,
    place: dockerPlace(PROJECT).parse({ limits }),
    replicas,
    images: {
      gateway: `gateway:${version}`,
      migrate: `migrate:v${version}`,
      postgres: "postgres:16-alpine",
      redis: "redis:7-alpine",
      proxy: "haproxy:2.6",
    },
    database: { name: "smoltbot", user: "smoltbot" },
    environment: {},
    secrets: { POSTGRES_PASSWORD: "p", POSTGRES_URL: "postgresql://postgres" },
  });
  return {
    data: made.data,
    migrate: made.migrate,
    rolledOut: [...made.gateways, made.observer, made.proxy],
    servers: made.servers,
    configHash: fingerprint(made),
  };
}

/** What the program's look finds. */
function factsOf(world: DockerWorld): DockerFacts {
  const containers = Object.entries(world.boxes).map(([name, box]) => factsOfBox(world, name, box));
  const name = `${PROJECT}-postgres`;
  const isRunning = world.boxes[name]?.state === "running";
  const isAway =
    world.without !== "a database that is gone is left to the run that makes it" &&
    isDatabaseAway(
      { containers },
      { name, gateway: PROJECT, verified: world.evidence !== undefined },
    );
  const database = isRunning
    ? observed(answering(world))
    : !world.hasData
      ? observed({ ...answering(world), exists: false, migrations: undefined })
      : isAway
        ? undefined
        : unavailable("its container does not run");
  return {
    now: world.now * 1000,
    host: host({ containers, serving: servingIn(world) }),
    platforms: {},
    pulls: {},
    dataMajor:
      !world.hasData || world.boxes[name] !== undefined
        ? observed(world.hasData ? "16" : undefined)
        : unavailable("no container has it"),
    databaseAway: isAway,
    images: {},
    ...NO_DATA,
    database,
    restore: observed({ dumps: world.dumps, candidate: undefined, risk: undefined }),
    own: observed(world.evidence),
    staging: undefined,
  };
}

/** As the program asks the front proxies that run. */
const servingIn = (world: DockerWorld): readonly string[] | undefined => {
  const proxies = Object.keys(world.proxies);
  if (proxies.length === 0 || world.without === "what serves is asked of the front proxies")
    return undefined;
  return proxies
    .flatMap((proxy) => liveServers(world, proxy))
    .filter(({ state, open }) => state === "ready" || open > 0)
    .map(({ name }) => name);
};

const answering = (world: DockerWorld) => ({
  exists: true,
  server: "16.0",
  dumpTool: "16.0",
  database: "smoltbot",
  bytes: 0,
  mayCreateDatabase: true,
  migrations: world.schema === undefined ? undefined : [headOfDocker(world)],
  freeBytes: undefined,
  migrating: false,
});

/** What the program would plan in this world, and the gates that stop it. */
export function decideDocker(world: DockerWorld): DockerDecision {
  const { without: lacks, evidence } = world;
  const wanted = wantedDocker(world);
  const facts = factsOf(world);
  const history = evidence === undefined ? [] : [evidence];
  const asked = {
    project: PROJECT,
    version: world.file.version,
    verified: evidence?.configHash === wanted.configHash,
    wanted: {
      gateways: wanted.servers.map(({ name }) => name),
      // Of what is still to be made nothing is asked.
      proxy:
        lacks === "requests that go elsewhere ask for a hand-over"
          ? ""
          : (wanted.rolledOut.at(-1)?.name ?? ""),
    },
  };
  const found = planGateway(asked, facts, history);
  const plan =
    lacks === "a gateway that is down asks for a rollout"
      ? { ...found, occasion: evidence?.occasion ?? "" }
      : found;
  const findings = findingsOf(world, { plan, wanted, facts });
  const isAsked = plan.occasion !== (evidence?.occasion ?? "");
  const isWhole = [...wanted.data, ...wanted.rolledOut].every(({ name }) => name in world.boxes);
  const unchanged = evidence?.configHash === wanted.configHash && !isAsked && isWhole;
  const answers = isSettled(plan) && unchanged ? downgradeToWarnings(findings) : findings;
  const stops = judge(answers, { phase: "up" }).map(({ gate }) => gate);
  return { plan, stops: [...new Set(stops)], wanted };
}

/** What a killed run has made, the engine does not know and nothing removes, as the program names it. */
export function leftOvers(world: DockerWorld): readonly string[] {
  const { data, migrate, rolledOut } = wantedDocker(world);
  const wanted = [...data, migrate, ...rolledOut];
  const { host: seen } = factsOf(world);
  return containerDrift({
    host: seen,
    gateway: PROJECT,
    wanted,
    unchanged: true,
    kept: [],
    at: "docker",
  }).flatMap(({ fix }) => /docker rm -f (\S+)$/.exec(fix)?.[1] ?? []);
}

function findingsOf(
  world: DockerWorld,
  {
    plan,
    wanted,
    facts,
  }: Pick<DockerDecision, "plan" | "wanted"> & { readonly facts: DockerFacts },
) {
  const at = "docker";
  const gateway = PROJECT;
  const { host: seen } = facts;
  const all = [...wanted.data, wanted.migrate, ...wanted.rolledOut];
  return [
    ...(world.without === "a program on the published port stops the run"
      ? []
      : publishedPort({
          ...{ host: seen, gateway, at, adopted: undefined, stopSeconds: 20 },
          published: { address: "0.0.0.0", port: PORT },
        })),
    ...foreignContainers({ host: seen, gateway, wanted: all, at }),
    ...(world.without === "a stranger on the volume stops the run"
      ? []
      : composeProject({
          ...{ host: seen, gateway, at, adopted: undefined },
          volumes: [VOLUME],
          network: "smoltbot_default",
        })),
    ...postgresMajor({
      data: facts.dataMajor,
      away: facts.databaseAway === true,
      volume: VOLUME,
      image: "postgres:16-alpine",
      at,
    }),
    ...databaseGate({ database: facts.database, lastDump: undefined, plan, at }),
    ...versionPolicy({ plan, at, consent: undefined }),
    ...schemaOrigin({ plan, consent: undefined, at }),
  ];
}
