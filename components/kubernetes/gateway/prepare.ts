import * as pulumi from "@pulumi/pulumi";
import pMap from "p-map";
import { changesNothing } from "../../upgrade/changes-nothing";
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
import { redactor } from "../../upgrade/redact";
import type { Prepared } from "../../upgrade/prepared";
import type { Connection } from "../../upgrade/target";
import { isElsewhere } from "../gates/same-cluster";
import { identifierIn, kubernetesProviders, type Placed } from "../resources/provider";
import { gateInput, type GateInput, type GateSubject } from "./gate-input";
import { gatewayTarget } from "./gateway-target";
import { lookAtGateway } from "./look-at-gateway";
import { planGateway } from "./plan-gateway";
import type { KubernetesProduct } from "./product";
import { secretValues } from "../../gateway/secret-values";
import { openSources, type Sources } from "./sources";
import type { KubernetesGateway } from "./settings";

/** How many gateways are prepared side by side: each renders its chart in a process of its own. */
const AT_ONCE = 8;

/** Renders every wanted release, looks at everything live, plans, and asks every gate. Touches nothing. */
export async function prepareInKubernetes(
  gateways: readonly KubernetesGateway[],
): Promise<readonly Prepared[]> {
  const sources = openSources(gateways);
  try {
    const looks = await pMap(gateways, (gateway) => look(gateway, sources), {
      concurrency: AT_ONCE,
    });
    const inputs = looks.map(({ input }) => input);
    const connect = connections(looks.map(({ placed }) => placed));
    return looks.map((one) => prepare(one, inputs, () => connect(one.placed)));
  } finally {
    sources.clusters.close();
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
  readonly subject: GateSubject;
  readonly input: GateInput;
  readonly placed: Placed;
  readonly known: Identity;
  readonly past: Pick<Prepared, "history" | "lastBackup" | "identity">;
}

/** Everything that the gates of a gateway are asked about. */
async function look({ product, config }: KubernetesGateway, sources: Sources): Promise<Looked> {
  const { name, settings } = config;
  const { kubernetes } = settings;
  const rendering = product.render(config, sources.about);
  const stack = pulumi.getStack();
  const outputs = outputNames(name);
  const looking = sources.outputs(stack).then(async (own) => {
    const record = readIdentityRecord(own, outputs.identity);
    const lastBackup = readBackupRecord(own, outputs.backup);
    const known = identityOf(record, { gateway: name, stack, ...kubernetes }, lastBackup);
    // Helm renders while the cluster, the database and the evidence are looked at.
    const release = rendering;
    const facts = await lookAtGateway({ product, config, release, known, record }, sources);
    return { own, record, lastBackup, known, facts };
  });
  const [release, { own, record, lastBackup, known, facts }] = await Promise.all([
    rendering,
    looking,
  ]);
  const history = readHistory(own, outputs.history);
  const plan = planGateway(release, facts, product.container, history);
  const subject = { config, release, facts, plan };
  const identity = withCluster(known, facts.cluster.observed ? facts.cluster.value.uid : undefined);
  return {
    product,
    subject,
    input: gateInput(product, subject),
    placed: {
      kubernetes,
      identity,
      predates: record === undefined && subject.plan.verified !== undefined,
    },
    known: identity,
    past: { history, lastBackup, identity },
  };
}

const prepare = (
  { product, subject, input, known, past }: Looked,
  all: readonly GateInput[],
  connect: () => Connection,
): Prepared => {
  const { config, release, facts, plan } = subject;
  return {
    name: config.name,
    plan,
    findings: product.ask(input, all).map(hideIn(redactor(secretValues(config)))),
    unchanged: changesNothing(input) && !isElsewhere(facts),
    target: gatewayTarget(
      { product, config, release, connect },
      { stack: pulumi.getStack(), known },
      plan,
    ),
    ...past,
  };
};
