import * as pulumi from "@pulumi/pulumi";
import { secretValues } from "../../gateway/secret-values";
import { clientVersion } from "../../postgres/client-version";
import type { DatabaseSource } from "../../postgres/database-source";
import { askRegistry } from "../../registry/ask-registry";
import { changesNothing, isVerified } from "../../upgrade/changes-nothing";
import { readBackupRecord } from "../../upgrade/evidence/backup-record";
import {
  identityOf,
  readIdentityRecord,
  withCluster,
  type Identity,
} from "../../upgrade/evidence/identity";
import { outputNames } from "../../upgrade/evidence/output-names";
import { readHistory } from "../../upgrade/evidence/read-evidence";
import { stackOutputs } from "../../upgrade/evidence/stack-outputs";
import { fingerprint } from "../../upgrade/fingerprint";
import { hideIn } from "../../upgrade/finding";
import { observe, type Observation } from "../../upgrade/observation";
import { once } from "../../upgrade/once";
import type { Prepared } from "../../upgrade/prepared";
import { redactor } from "../../upgrade/redact";
import type { Connection } from "../../upgrade/target";
import type { HostFacts } from "../facts/host-facts";
import { lookAtHost } from "../facts/look-at-host";
import { missingFrom } from "../facts/missing-from";
import { dockerProviders } from "../resources/provider";
import { volumesOf } from "../settings";
import { sourceBefore } from "./compose-tasks";
import { gateInput, type GateSubject } from "./gate-input";
import { gatewayTarget } from "./gateway-target";
import { lookAtGateway, type Sources } from "./look-at-gateway";
import { planGateway } from "./plan-gateway";
import { rolledOut, type DockerProduct, type GateInput, type ReleaseOnDocker } from "./product";
import type { DockerGateway } from "./settings";
import { databaseSource } from "./tasks";

/** Looks at everything live, plans, and asks every gate. Touches nothing. */
export async function prepareOnDocker(
  gateways: readonly DockerGateway<DockerProduct>[],
): Promise<readonly Prepared[]> {
  const sources = openSources();
  const looks = await Promise.all(gateways.map((gateway) => look(gateway, sources)));
  const inputs = looks.map(({ input }) => input);
  const connect = connections(gateways);
  return looks.map((one) => prepare(one, inputs, () => connect(one.subject.config)));
}

function openSources(): Sources {
  const hosts = new Map<string, Promise<Observation<HostFacts>>>();
  return {
    outputs: stackOutputs(),
    host: (docker) => {
      const found = hosts.get(docker.host) ?? observe(() => lookAtHost(docker));
      hosts.set(docker.host, found);
      return found;
    },
    registry: once(askRegistry),
    ownVersion: clientVersion,
  };
}

/** One provider per Docker host of all these gateways, made when the first of them is asked for. */
function connections(
  gateways: readonly DockerGateway<DockerProduct>[],
): (config: GateSubject["config"]) => Connection {
  let providers: ReturnType<typeof dockerProviders> | undefined;
  return ({ settings }) => {
    providers ??= dockerProviders(gateways.map(({ config }) => config.settings.docker));
    return {
      options: { provider: providers(settings.docker) },
      identifier: pulumi.output(undefined),
    };
  };
}

/** What is known of one gateway before its gates are asked. */
interface Looked {
  readonly subject: GateSubject;
  readonly source: DatabaseSource;
  readonly input: GateInput;
  readonly known: Identity;
  readonly past: Pick<Prepared, "history" | "lastBackup" | "identity">;
}

/** Everything that the gates of a gateway are asked about. */
async function look(
  { product, config }: DockerGateway<DockerProduct>,
  sources: Sources,
): Promise<Looked> {
  const { name, settings } = config;
  const stack = pulumi.getStack();
  const outputs = outputNames(name);
  const [made, own] = await Promise.all([product.release(config), sources.outputs(stack)]);
  const release = withPlace(made, config);
  const record = readIdentityRecord(own, outputs.identity);
  const lastBackup = readBackupRecord(own, outputs.backup);
  const names = { gateway: name, stack, context: settings.docker.host };
  const known = identityOf(record, names, lastBackup);
  const source = databaseSource(config, volumesOf(settings.docker).database);
  const facts = await lookAtGateway(
    { product, config, release, source: sourceBefore(source, config), known, record },
    sources,
  );
  const history = readHistory(own, outputs.history);
  const plan = planGateway(
    {
      project: settings.docker.project,
      version: release.version,
      verified: isVerified(facts, release),
      wanted: {
        gateways: release.servers.map((server) => server.name),
        proxy: release.proxy.name,
        others: release.others.map((other) => other.name),
        data: release.data,
      },
    },
    facts,
    history,
  );
  const subject = { product, config, release, facts, plan };
  const identity = withCluster(known, facts.host.observed ? facts.host.value.daemon.id : undefined);
  return {
    subject,
    source,
    input: gateInput(subject),
    known: identity,
    past: { history, lastBackup, identity },
  };
}

/** What is verified is a release at its place: another daemon or another published port is a change as well, though no container is another one. */
const withPlace = (
  release: ReleaseOnDocker,
  { settings: { docker } }: GateSubject["config"],
): ReleaseOnDocker => ({
  ...release,
  configHash: fingerprint([release.configHash, docker.host, docker.publish]),
});

const prepare = (
  { subject, source, input, known, past }: Looked,
  all: readonly GateInput[],
  connect: () => Connection,
): Prepared => {
  const { product, config, release, plan } = subject;
  const hidden = [...secretValues(config), ...Object.values(release.secrets)];
  return {
    name: config.name,
    plan,
    findings: product.ask(input, all).map(hideIn(redactor(hidden))),
    unchanged: changesNothing(input) && isWhole(subject),
    target: gatewayTarget(
      { product, config, release, source, connect },
      { stack: pulumi.getStack(), known, verified: hasVerified(subject.facts) },
    ),
    ...past,
  };
};

/** False where a container that serves or holds data is gone: after a refresh the engine makes it in this run, whatever stands in its place by then. */
const isWhole = ({ facts: { host }, release }: GateSubject): boolean =>
  !host.observed ||
  missingFrom(
    host.value.containers,
    [...release.data, ...rolledOut(release)].map(({ name }) => name),
  ).length === 0;

const hasVerified = ({ own }: GateSubject["facts"]): boolean =>
  own.observed && own.value !== undefined;
