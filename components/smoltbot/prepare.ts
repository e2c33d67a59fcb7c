import * as pulumi from "@pulumi/pulumi";
import pMap from "p-map";
import type { GatewayConfig } from "../config/schema";
import { readBackupRecord, type BackupRecord } from "../upgrade/evidence/backup-record";
import { redactor } from "../upgrade/redact";
import { isElsewhere } from "../kubernetes/gates/same-cluster";
import { changesNothing } from "../upgrade/changes-nothing";
import type { Evidence } from "../upgrade/evidence/evidence";
import { hideIn, type Finding } from "../upgrade/finding";
import { askGates } from "../upgrade/gate";
import {
  identityOf,
  readIdentityRecord,
  withCluster,
  type Identity,
} from "../upgrade/evidence/identity";
import { outputNames } from "../upgrade/evidence/output-names";
import type { Plan } from "../upgrade/plan/plan";
import { readHistory } from "../upgrade/evidence/read-evidence";
import { smoltbotChapters, type SmoltbotChapters } from "./chapters";
import { lookAtSmoltbot } from "./look-at-smoltbot";
import { planSmoltbot } from "./plan-smoltbot";
import { renderSmoltbot } from "./release";
import { secretValues } from "./secret-values";
import { allGates, gateInput, type GateInput, type GateSubject } from "./gate-input";
import { openSources, type Sources } from "./sources";

/** One gateway before anything is touched: what it shall be, what the gates say, and what each chapter is given. */
export interface Prepared {
  readonly name: string;
  readonly kubernetes: GatewayConfig["settings"]["kubernetes"];
  readonly plan: Plan;
  readonly findings: readonly Finding[];
  /** True where the last evidence is of the very objects that the stack file asks for. */
  readonly unchanged: boolean;
  readonly chapters: SmoltbotChapters;
  /** What this stack has verified before, oldest first. */
  readonly history: readonly Evidence[];
  /** The last proven dump of this stack. */
  readonly lastBackup: BackupRecord | undefined;
  /** By what this stack knows it. */
  readonly identity: Identity;
  /** True where the stack has verified a release and left no identity: a program of an earlier time has installed it. */
  readonly predates: boolean;
}

/** How many gateways are prepared side by side: each renders its chart in a process of its own. */
const AT_ONCE = 8;

/** Renders every wanted release, looks at everything live, plans, and asks every gate. Touches nothing. */
export async function prepareSmoltbots(
  configs: readonly GatewayConfig[],
): Promise<readonly Prepared[]> {
  const world = openSources();
  try {
    const stack = await pMap(configs, (config) => look(config, world), { concurrency: AT_ONCE });
    const all = stack.map(({ input }) => input);
    return stack.map(({ subject, input, ...past }) => ({
      ...prepare(subject, input, all, past.identity),
      ...past,
    }));
  } finally {
    world.clusters.close();
  }
}

/** Everything that the gates of a gateway are asked about. */
async function look(config: GatewayConfig, world: Sources) {
  const { name, settings, secrets } = config;
  const rendering = renderSmoltbot(settings, secrets, world.about);
  const stack = pulumi.getStack();
  const outputs = outputNames(name);
  const looking = world.outputs(stack).then(async (own) => {
    const record = readIdentityRecord(own, outputs.identity);
    const lastBackup = readBackupRecord(own, outputs.backup);
    const known = identityOf(record, { gateway: name, stack, ...settings.kubernetes }, lastBackup);
    // Helm renders while the cluster, the database and the evidence are looked at.
    const facts = await lookAtSmoltbot(config, rendering, { known, record }, world);
    return { own, record, lastBackup, known, facts };
  });
  const [release, { own, record, lastBackup, known, facts }] = await Promise.all([
    rendering,
    looking,
  ]);
  const subject = { config, release, facts, plan: planSmoltbot(release, facts) };
  return {
    subject,
    input: gateInput(subject),
    history: readHistory(own, outputs.history),
    lastBackup,
    identity: withCluster(known, facts.cluster.observed ? facts.cluster.value.uid : undefined),
    predates: record === undefined && subject.plan.verified !== undefined,
  };
}

const prepare = (
  { config, release, facts, plan }: GateSubject,
  input: GateInput,
  all: readonly GateInput[],
  known: Identity,
): Omit<Prepared, "history" | "lastBackup" | "identity" | "predates"> => ({
  name: config.name,
  kubernetes: config.settings.kubernetes,
  plan,
  findings: askGates(allGates, input, all).map(hideIn(redactor(secretValues(config)))),
  unchanged: changesNothing(input) && !isElsewhere(facts),
  chapters: smoltbotChapters(config, release, { stack: pulumi.getStack(), known }),
});
