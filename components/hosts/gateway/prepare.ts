import * as pulumi from "@pulumi/pulumi";
import { secretValues } from "../../gateway/secret-values";
import { changesNothing } from "../../upgrade/changes-nothing";
import { identityOf, readIdentityRecord, type Identity } from "../../upgrade/evidence/identity";
import { outputNames } from "../../upgrade/evidence/output-names";
import { readHistory } from "../../upgrade/evidence/read-evidence";
import { stackOutputs } from "../../upgrade/evidence/stack-outputs";
import { hideIn } from "../../upgrade/finding";
import type { Prepared } from "../../upgrade/prepared";
import { redactor } from "../../upgrade/redact";
import type { HostsInput } from "../gate-input";
import { hostsTarget } from "../target";
import { gateInput } from "./gate-input";
import { lookAtHosts, realSources, type Sources } from "./look-at-hosts";
import type { HostsProduct } from "./product";
import type { HostsGateway } from "./settings";
import { verificationTask, wavesOf } from "./tasks";

/**
 * Looks at all hosts, plans, and asks every gate. Touches nothing.
 *
 * @param releases - what this stack file wants of each gateway, by its name
 */
export async function prepareOnHosts(
  gateways: readonly HostsGateway<HostsProduct>[],
  releases: Readonly<Record<string, string>>,
  sources: Sources = realSources(stackOutputs()),
): Promise<readonly Prepared[]> {
  const looks = await Promise.all(gateways.map((gateway) => look(gateway, releases, sources)));
  const inputs = looks.map(({ input }) => input);
  return looks.map((one) => prepare(one, inputs));
}

/** What is known of one product on hosts before its gates are asked. */
interface Looked {
  readonly gateway: HostsGateway<HostsProduct>;
  readonly input: HostsInput;
  readonly history: Prepared["history"];
  readonly identity: Identity;
}

async function look(
  gateway: HostsGateway<HostsProduct>,
  releases: Readonly<Record<string, string>>,
  sources: Sources,
): Promise<Looked> {
  const { product, config } = gateway;
  const stack = pulumi.getStack();
  const names = outputNames(config.name);
  const outputs = await sources.outputs(stack);
  const record = readIdentityRecord(outputs, names.identity);
  const history = readHistory(outputs, names.history);
  const [facts, catalogue] = await Promise.all([
    lookAtHosts(product, config, sources, record),
    product.catalogue(config.settings),
  ]);
  return {
    gateway,
    input: gateInput({ product, config, catalogue, facts, history, releases }),
    history,
    identity: identityOf(record, { gateway: config.name, stack, context: "hosts" }, undefined),
  };
}

function prepare(
  { gateway: { product, config }, input, history, identity }: Looked,
  all: readonly HostsInput[],
): Prepared {
  const { wanted: sums, claim } = input;
  const args = { product, config, sums, claim, stack: pulumi.getStack() };
  return {
    name: config.name,
    plan: input.plan,
    findings: product.ask(input, all).map(hideIn(redactor(secretValues(config)))),
    unchanged: changesNothing(input),
    target: hostsTarget({
      waves: wavesOf(args),
      verification: { ...verificationTask(args), known: {} },
    }),
    history,
    lastBackup: undefined,
    identity,
  };
}
