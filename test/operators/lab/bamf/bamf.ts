import { join } from "node:path";
import type { KubernetesObject, V1Deployment } from "@kubernetes/client-node";
import { makeBamfStage, type BamfStage } from "../../../e2e/bamf-stage";
import { writeLabCatalogue } from "../../../e2e/lab-catalogue";
import { bamfSecretsOf } from "../../../lab/bamf/gateways";
import { bamfReleases } from "../../../lab/bamf/releases";
import { succeeded } from "../../../lab/demo/expect";
import { until } from "../../../lab/until";
import { deedInCluster, lookAtCluster } from "../cluster";
import { STACK, type Facts, type Operated, type OperatedProduct } from "../gateway";
import { WANTED, type Operation } from "../operation";
import { sequenceOf } from "../sequence";
import { draws, FIRST } from "./draws";
import { leavesNothingHeld, oneBridgeServes } from "./laws";
import { crowdOf, tunnelLaw, type Crowd } from "./tunnels";

const AGENTS = 1;
const HELD = 4;
const IN_CLUSTER = { deployment: "bamf-api", component: "api" };

const headOf = (release: string): string | undefined =>
  bamfReleases.find(({ tag }) => tag === `v${release}`)?.head;

const agentsIn = async (stage: BamfStage) =>
  (await stage.eyes(STACK).object<V1Deployment & KubernetesObject>("Deployment", "bamf-agent"))
    ?.spec;

const facts = (stage: BamfStage): Facts => ({
  product: "bamf",
  sql: {
    rows: "SELECT name FROM roles ORDER BY name",
    migrations: "SELECT version_num FROM alembic_version",
    write:
      "INSERT INTO roles (name) SELECT 'late-' || md5(random()::text) FROM generate_series(1, 3)",
  },
  imageOf: (release) => `ghcr.io/mattrobinsonsre/bamf-api:v${release}`,
  podsOf: () => 2,
  // A service with fewer ends with one node.
  fewest: 2,
  isAhead: (migrations, release) => migrations.at(-1) !== headOf(release),
  edits: {
    level: (drawn) => ({ values: { agent: { podAnnotations: { drawn } } } }),
    replicas: (replicas) => ({ values: { edge: { bridge: { replicas } } } }),
  },
  rotated: "BAMF_PROXY_INTERNAL_TOKEN",
  secretsByPath: bamfSecretsOf(
    stage.lab,
    { namespace: stage.namespace(STACK), database: stage.database(STACK) },
    true,
  ),
  signs: {
    "a bridge is told to stop": (under, { seconds }) =>
      under.said(/bamf-bridge-\d is replaced/, seconds),
    "the agents are held": (_, patience) =>
      until(
        "the agents are held",
        async () => ((await agentsIn(stage))?.minReadySeconds ?? 0) > 0,
        patience,
      ),
  },
});

/** Installs one with tunnels open through an agent elsewhere, which nothing stops; its chart has an agent of its own. */
async function open(): Promise<Operated & { readonly close: () => Promise<void> }> {
  const stage = await makeBamfStage("bamf-drawn", `v${FIRST}`, { bridges: 2, agents: AGENTS });
  const crowd = crowdOf(stage);
  const close = async () => {
    await crowd.goHome();
    await stage.clear();
  };
  try {
    const directory = join(stage.project.directory, "backups");
    const catalogue = await writeLabCatalogue(stage.project.directory);
    await stage.project.configure(STACK, {
      "gateways:bamf": { catalogue, backup: { directory } },
    });
    const [installed] = await Promise.all([stage.project.up(STACK), stage.letJoin(STACK)]);
    succeeded(installed);
    await stage.joinForeignAgent(STACK, `v${FIRST}`);
    await crowd.open({ tunnels: HELD, through: "foreign" });
    return Object.assign(operatedOf(stage, crowd, directory), { close });
  } catch (error) {
    await close();
    throw error;
  }
}

function operatedOf(stage: BamfStage, crowd: Crowd, directory: string): Operated {
  const known = facts(stage);
  const law = tunnelLaw(crowd);
  const operated: Operated = {
    stage,
    look: lookAtCluster({ stage, ...IN_CLUSTER }),
    facts: known,
    directory,
    secrets: Object.values(known.secretsByPath),
    file: {
      ...{ release: FIRST, before: FIRST, replicas: 2, policy: "stop" },
      ...{ restore: undefined, downgrade: undefined, cut: undefined },
    },
    machine: "laptop",
    carryOut: (operation) => carryOut(operated, stage, crowd, operation),
    beforeRun: async () => {
      const bridges = await oneBridgeServes(stage);
      return async (happened) => [
        ...(await law(happened.file, happened.ended)),
        ...(await bridges()),
        ...(happened.whole && happened.ended.kind === "ended well"
          ? await leavesNothingHeld(stage, happened.file)
          : []),
      ];
    },
  };
  return operated;
}

/** What only operators and users of BAMF do. */
async function carryOut(
  operated: Operated,
  stage: BamfStage,
  crowd: Crowd,
  operation: Operation,
): Promise<string> {
  const { file } = operated;
  const configure = async (settings: object): Promise<string> => {
    await stage.project.configure(STACK, { "gateways:bamf": settings });
    return "done";
  };
  switch (operation.kind) {
    case "consent to cut": {
      const release = operation.release === WANTED ? file.release : operation.release;
      const { sessions } = operation;
      file.cut = { release, sessions };
      return configure({ consents: { cut: { release, sessions, reason: "drawn" } } });
    }
    case "say what becomes of sessions":
      file.policy = operation.policy;
      return configure({ sessions: { policy: operation.policy } });
    case "switch the guard":
      return configure({ sessions: { guard: operation.on } });
    case "users open tunnels":
      return crowd.open(operation).then(
        () => "done",
        () => "not possible",
      );
    case "users go home":
      await crowd.goHome();
      return "done";
    default:
      return (
        (await deedInCluster({ stage, ...IN_CLUSTER }, operated, operation)) ??
        Promise.reject(new Error(`BAMF has no ${operation.kind}`))
      );
  }
}

/** BAMF with tunnels open, operated from a fresh install of 0.10.0. */
export const bamf: OperatedProduct = { sequence: sequenceOf(draws), open };
