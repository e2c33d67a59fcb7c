import { join } from "node:path";
import fc from "fast-check";
import { makeInstalledStage, type Stage } from "../../e2e/stage";
import { secretsOfGateway } from "../../lab/gateways";
import { deedInCluster, lookAtCluster } from "./cluster";
import { lookAround, STACK, type Facts, type Operated, type OperatedProduct } from "./gateway";
import { WANTED, type Operation } from "./operation";
import { oneOf, sequenceOf, type Draws } from "./sequence";

const FIRST = "1.0.0";
const IN_CLUSTER = { deployment: "smoltbot-mnemom-gateway-gateway", component: "gateway" };

/** Migrations that the major 2 of the lab's product brings along: what is older does not run on them. */
const OF_MAJOR_2 = /^(009|010)_/;

/** What of smoltbot holds wherever it runs. */
export const smoltbotFacts: Omit<Facts, "fewest" | "edits" | "secretsByPath"> = {
  product: "smoltbot",
  sql: {
    rows: "SELECT name FROM agents ORDER BY id",
    migrations: "SELECT filename FROM _schema_migrations ORDER BY filename",
    // In a table that both majors have.
    write: `INSERT INTO agents (agent_hash, name)
      SELECT md5(random()::text), 'late ' || md5(random()::text) FROM generate_series(1, 3)`,
  },
  imageOf: (release) => `ghcr.io/mnemom/gateway:${release}`,
  podsOf: ({ replicas }) => replicas,
  isAhead: (migrations, release) =>
    release.startsWith("1.") && migrations.some((name) => OF_MAJOR_2.test(name)),
  rotated: "ANTHROPIC_API_KEY",
  signs: {
    "the names of the databases are exchanged": (under, { seconds }) =>
      under.said(/is restored; the data of before lies/, seconds),
  },
};

const facts = (stage: Stage): Facts => ({
  ...smoltbotFacts,
  // A service with fewer ends with one node.
  fewest: 2,
  edits: {
    level: (level) => ({ values: { config: { LOG_LEVEL: level } } }),
    replicas: (replicas) => ({ availability: { replicas } }),
  },
  secretsByPath: secretsOfGateway(stage.lab, stage, STACK),
});

async function open(): Promise<Operated & { readonly close: () => Promise<void> }> {
  const stage = await makeInstalledStage(FIRST);
  const directory = join(stage.project.directory, "backups");
  await stage.project.configure(STACK, {
    "gateways:smoltbot": { backup: { directory }, notesRead: "2.0.0" },
  });
  await stage.project.setSecret(
    STACK,
    "gateways:smoltbotSecrets.MNEMOM_AGENT_KEY",
    "agent key, drawn",
  );
  await stage.seed(STACK, 20);
  const known = facts(stage);
  const operated: Operated = {
    stage,
    look: lookAtCluster({ stage, ...IN_CLUSTER }),
    facts: known,
    directory,
    secrets: Object.entries(known.secretsByPath)
      .filter(([path]) => !path.endsWith("REDIS_URL"))
      .map(([, value]) => value),
    file: {
      ...{ release: FIRST, before: FIRST, replicas: 2, policy: "stop" },
      ...{ restore: undefined, downgrade: undefined, cut: undefined },
    },
    machine: "laptop",
    carryOut: async (operation) =>
      (await deedInCluster({ stage, ...IN_CLUSTER }, operated, operation)) ??
      consentToRestore(operated, operation),
    beforeRun: () => Promise.resolve(() => Promise.resolve([])),
  };
  return Object.assign(operated, { close: stage.clear });
}

/** Writes the consent to a restore of one of the dumps that are there. */
export async function consentToRestore(operated: Operated, operation: Operation): Promise<string> {
  if (operation.kind !== "consent to a restore")
    throw new Error(`smoltbot has no ${operation.kind}`);
  const { stage, file } = operated;
  const release = operation.release === WANTED ? file.release : operation.release;
  const dump =
    (await lookAround(operated)).dumps.at(-1 - operation.dump)?.file ??
    "smoltbot-prod-20260102t030405z-before-1.0.0.dump.zst";
  file.restore = { release, dump };
  const consents = { restore: { release, dump, reason: "drawn" } };
  await stage.project.configure(STACK, { "gateways:smoltbot": { consents } });
  return "done";
}

/** Releases with how often: minors, a major, a patch, one whose migration fails, one that never gets ready. */
export const smoltbotReleases = oneOf({
  ...{ "1.0.0": 4, "1.1.0": 3, "1.2.0": 3, "2.0.0": 5 },
  ...{ "1.0.1": 1, "1.1.1": 1, "1.1.2": 1 },
});

/** Consents to a restore, mostly for the wanted release and of the newest dump. */
export const restoreConsents: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant("consent to a restore" as const),
  release: fc.oneof(
    { weight: 4, arbitrary: fc.constant(WANTED) },
    { weight: 1, arbitrary: smoltbotReleases },
  ),
  dump: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
});

const told = (to: string): Operation => ({ kind: "up to a release, as it is told", release: to });

const draws: Draws = {
  release: smoltbotReleases,
  signs: ["a dump is proven", "the schema is migrated", "the names of the databases are exchanged"],
  latestKill: 20,
  pods: { min: 1, max: 3 },
  steps: ["schema", "rollout"],
  longest: 4,
  // Beside a fresh 1.0.0: what a few operations rarely come to, and much can go wrong from.
  beginnings: [
    [],
    [told("1.1.0"), { kind: "write rows" }],
    [told("2.0.0"), { kind: "write rows" }],
    [
      {
        kind: "up to a release, as it is told, killed",
        release: "2.0.0",
        part: "everything",
        when: "the schema is migrated",
      },
    ],
  ],
  own: { weight: 4, arbitrary: restoreConsents },
};

/** The gateway smoltbot, operated from a fresh install of 1.0.0. */
export const smoltbot: OperatedProduct = { sequence: sequenceOf(draws), open };
