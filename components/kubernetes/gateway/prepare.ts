import * as pulumi from "@pulumi/pulumi";
import pMap from "p-map";
import type { Declared } from "../../config/schema";
import { redactor } from "../../steps/redact";
import { readBackupRecord } from "../../upgrade/evidence/backup-record";
import {
  identityOf,
  readIdentityRecord,
  withCluster,
  type Identity,
} from "../../upgrade/evidence/identity";
import { outputNames } from "../../upgrade/evidence/output-names";
import { readHistory } from "../../upgrade/evidence/read-evidence";
import { hideIn } from "../../upgrade/finding";
import type { Prepared } from "../../upgrade/prepared";
import type { Connection } from "../../upgrade/target";
import { identifierIn, kubernetesProviders, type Placed } from "../resources/provider";
import { gatewayTarget } from "./gateway-target";
import { lookAtGateway } from "./look-at-gateway";
import { planGateway } from "./plan-gateway";
import type { KubernetesProduct, Question } from "./product";
import { secretValues } from "./secret-values";
import { openSources, type Sources } from "./sources";

/** How many gateways are prepared side by side: each renders its chart in a process of its own. */
const AT_ONCE = 8;

/** Renders every wanted release, looks at everything live, plans, and asks every gate. Touches nothing. */
export async function prepareInKubernetes(
  gateways: readonly Declared<KubernetesProduct>[],
): Promise<readonly Prepared[]> {
  const world = openSources();
  try {
    const looks = await pMap(gateways, (gateway) => look(gateway, world), { concurrency: AT_ONCE });
    const questions = looks.map(({ question }) => question);
    const connect = connections(looks.map(({ placed }) => placed));
    return looks.map((one) => prepare(one, questions, () => connect(one.placed)));
  } finally {
    world.clusters.close();
  }
}

/** One provider per cluster of all these gateways, made when the first of them is asked for. */
function connections(all: readonly Placed[]): (gateway: Placed) => Connection {
  let providers: ReturnType<typeof kubernetesProviders> | undefined;
  return (gateway) => {
    providers ??= kubernetesProviders(all);
    const provider = providers(gateway);
    return { options: { provider }, identifier: identifierIn(provider) };
  };
}

/** What is known of one gateway before its gates are asked. */
interface Looked {
  readonly product: KubernetesProduct;
  readonly question: Question;
  readonly placed: Placed;
  readonly known: Identity;
  readonly past: Pick<Prepared, "history" | "lastBackup" | "identity">;
}

/** Everything that the gates of a gateway are asked about. */
async function look(
  { product, config }: Declared<KubernetesProduct>,
  world: Sources,
): Promise<Looked> {
  const { name, settings } = config;
  const { kubernetes } = settings;
  const rendering = product.render(config, world.about);
  const stack = pulumi.getStack();
  const outputs = outputNames(name);
  const looking = world.outputs(stack).then(async (own) => {
    const record = readIdentityRecord(own, outputs.identity);
    const lastBackup = readBackupRecord(own, outputs.backup);
    const known = identityOf(record, { gateway: name, stack, ...kubernetes }, lastBackup);
    // Helm renders while the cluster, the database and the evidence are looked at.
    const release = rendering;
    const facts = await lookAtGateway({ product, config, release, known, record }, world);
    return { own, record, lastBackup, known, facts };
  });
  const [release, { own, record, lastBackup, known, facts }] = await Promise.all([
    rendering,
    looking,
  ]);
  const asked = { config, release, facts, plan: planGateway(release, facts, product.container) };
  const identity = withCluster(known, facts.cluster.observed ? facts.cluster.value.uid : undefined);
  return {
    product,
    question: { ...asked, demands: product.demands(asked) },
    placed: {
      kubernetes,
      identity,
      predates: record === undefined && asked.plan.verified !== undefined,
    },
    known: identity,
    past: { history: readHistory(own, outputs.history), lastBackup, identity },
  };
}

const prepare = (
  { product, question, known, past }: Looked,
  stack: readonly Question[],
  connect: () => Connection,
): Prepared => {
  const { config, release, plan } = question;
  return {
    name: config.name,
    plan,
    findings: product.ask(question, stack).map(hideIn(redactor(secretValues(config)))),
    unchanged: product.changesNothing(question),
    target: gatewayTarget(
      { product, config, release, connect },
      { stack: pulumi.getStack(), known },
    ),
    ...past,
  };
};
