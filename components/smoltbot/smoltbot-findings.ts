import { wantedResources } from "../kubernetes/objects/read-container-resources";
import { imagesOf } from "../kubernetes/objects/images";
import { valuesNeededBy } from "../upgrade/plan/catalogue";
import type { Finding } from "../upgrade/finding";
import { capacity } from "../kubernetes/gates/capacity";
import { catalogue } from "../upgrade/gates/catalogue";
import { clusterHealth } from "../kubernetes/gates/cluster-health";
import { database } from "../upgrade/gates/database";
import { disruptionBudget } from "../kubernetes/gates/disruption-budget";
import { drift } from "../kubernetes/gates/drift";
import { foreignBudget } from "../kubernetes/gates/foreign-budget";
import { foreignObjects } from "../kubernetes/gates/foreign-objects";
import { hooksInventory } from "../kubernetes/gates/hooks-inventory";
import { imageExists } from "../upgrade/gates/image-exists";
import { imageNames } from "../upgrade/gates/image-names";
import { licenseInstance } from "./gates/license-instance";
import { licenseHorizon } from "./gates/license-horizon";
import { migrationState } from "../upgrade/gates/migration-state";
import { notes } from "../upgrade/gates/notes";
import { prometheus } from "../upgrade/gates/prometheus";
import { quota } from "../kubernetes/gates/quota";
import { removal } from "../upgrade/gates/removal";
import { replicas } from "../kubernetes/gates/replicas";
import { requiredKeys } from "../upgrade/gates/required-keys";
import { resourceChanges } from "../kubernetes/gates/resource-changes";
import { restore } from "../upgrade/gates/restore";
import { rollingUpdate } from "../kubernetes/gates/rolling-update";
import { schemaOrigin } from "../upgrade/gates/schema-origin";
import { stagingEvidence } from "../upgrade/gates/staging-evidence";
import { valuesDiff } from "../kubernetes/gates/values-diff";
import { valuesTrap } from "../kubernetes/gates/values-trap";
import { versionPolicy } from "../upgrade/gates/version-policy";
import { adoptionFindings } from "./adoption-findings";
import { saidByDatabase } from "./changes-nothing";
import { connectionFindings } from "./connection-findings";
import { databaseFindings, excludedIn } from "./database-findings";
import { declaredObjects } from "../kubernetes/gateway/declared-objects";
import { demandsInCluster, demandsInNamespace, isVerified } from "./demands";
import { instanceName } from "./instance-name";
import { readActivations, readLicense } from "./license";
import { ownFindings } from "./own-findings";
import { rolledOut } from "./release";
import { recordedDefaults } from "../kubernetes/helm/chart-record";
import { runningPods } from "../kubernetes/gateway/running-pods";
import type { GateInput } from "./gate-input";
import { releaseRules, requiredKeysOf } from "./release-rules";
import { settingsOf } from "./settings";

/**
 * What all gates say, at once and before anything is touched (law 3).
 *
 * @param stack - all gateways of the stack, this one among them: those that share its cluster need room at the same moment
 */
export const smoltbotFindings = (
  question: GateInput,
  stack: readonly GateInput[] = [question],
): Finding[] =>
  [
    ownFindings,
    policy,
    stackFile,
    connectionFindings,
    databaseFindings,
    zeroDowntime,
    world,
    adoptionFindings,
  ].flatMap((part) => part(question, stack));

/** Config path of the operator's words. */
const consents = "gateways:smoltbot.consents";

/** Whether this release may come now. */
function policy({ config, release, facts, plan }: GateInput): readonly Finding[] {
  const { settings, secrets, promotion } = config;
  return [
    versionPolicy({
      plan,
      at: "gateways:smoltbot.version",
      consent: settings.consents.major,
    }),
    notes({
      plan,
      catalogue: release.catalogue,
      notesRead: settings.notesRead,
      at: "gateways:smoltbot.notesRead",
    }),
    restore({
      plan,
      consent: settings.consents.restore,
      noWayBack: settings.consents.noWayBack,
      ...saidByDatabase(facts),
      at: `${consents}.restore`,
    }),
    schemaOrigin({ plan, consent: settings.consents.schema, at: `${consents}.schema` }),
    removal({
      plan,
      consent: settings.consents.removal,
      namespace: settings.kubernetes.namespace,
      at: `${consents}.removal`,
    }),
    stagingEvidence({
      plan,
      staging: facts.staging,
      at: `stack ${promotion?.from ?? ""}`,
      now: facts.now,
      soakHours: promotion?.soakHours ?? 0,
      wanted: {
        images: Object.fromEntries(
          imagesOf([...release.workloads, release.job]).map(({ image }) => [
            image,
            facts.images[image],
          ]),
        ),
        chart: release.rendering.chart,
        settings: settingsOf(config),
      },
      mustMatch: promotion?.mustMatch ?? [],
      breakGlass: promotion?.breakGlass,
      adopt: settings.adopt,
    }),
    licenseHorizon({
      license: readLicense(secrets["MNEMOM_LICENSE_JWT"]),
      at: "gateways:smoltbotSecrets.MNEMOM_LICENSE_JWT",
      now: facts.now,
      horizonHours: settings.license.horizonHours,
    }),
  ].flat();
}

/** Whether the stack file and the chart make a release that can start. */
function stackFile({ config, release, facts, plan }: GateInput): readonly Finding[] {
  const { settings, secrets } = config;
  const { tagForms, valueTraps, openValues } = releaseRules;
  const images = imagesOf([...release.workloads, release.job]);
  const required = requiredKeysOf(release.catalogue, release.version);
  return [
    catalogue({
      catalogue: release.catalogue,
      plan,
      values: settings.values,
      at: "gateways:smoltbot.version",
      valuesAt: "gateways:smoltbot.values",
    }),
    requiredKeys({ values: secrets, required, at: "gateways:smoltbotSecrets" }),
    valuesTrap({ values: settings.values, traps: valueTraps, at: "gateways:smoltbot.values" }),
    valuesDiff({
      before: facts.cluster.observed ? recordedDefaults(facts.cluster.value.record) : undefined,
      after: release.rendering.defaults,
      values: settings.values,
      open: openValues,
      required: valuesNeededBy(release.catalogue, release.version),
      at: "gateways:smoltbot.values",
    }),
    licenseInstance({
      instance: instanceName(settings.values),
      release: release.version,
      activations: readActivations(secrets["MNEMOM_LICENSE_JWT"]),
      at: "gateways:smoltbot.values.config.GATEWAY_VERSION",
    }),
    imageExists({ images, looks: facts.images, forms: tagForms, at: "gateways:smoltbot" }),
    imageNames({ images, forms: tagForms, at: "gateways:smoltbot" }),
    hooksInventory({
      hooks: release.rendering.hooks,
      modelled: [`Job/${release.names.fullname}-migrate`],
      ignored: settings.ignoreHooks,
      at: "gateways:smoltbot.chart",
    }),
  ].flat();
}

/** Whether the rendered objects can be rolled out without a gap. */
function zeroDowntime({ release }: GateInput): readonly Finding[] {
  const rollout = { objects: rolledOut(release), deployment: release.names.gateway };
  return [replicas(rollout), disruptionBudget(rollout), rollingUpdate(rollout)].flat();
}

/** Whether the cluster and the database are ready for it. */
function world(question: GateInput, stack: readonly GateInput[]): readonly Finding[] {
  const { config, release, facts, plan } = question;
  const { context, namespace } = config.settings.kubernetes;
  const { cluster } = facts;
  const at = `context ${context}, namespace ${namespace}`;
  return [
    // The observer's probes fail as the chart ships them (T-01); every upgrade takes them away.
    clusterHealth({ cluster, plan, at, mended: [release.names.observer] }),
    foreignObjects({ cluster, plan, adopt: config.settings.adopt, at }),
    migrationState({
      plan,
      cluster,
      database: facts.database,
      job: release.job.metadata.name,
      hook: `${release.names.fullname}-migrate`,
      at,
    }),
    capacity({
      cluster,
      demands: demandsInCluster(question, stack),
      onDemandSeconds: config.settings.rollout.nodesOnDemand?.withinSeconds,
      at: `context ${context}`,
    }),
    quota({ cluster, demands: demandsInNamespace(question, stack), at }),
    drift({
      cluster,
      objects: declaredObjects(release, release.applied),
      unchanged: isVerified(facts, release),
      namespace,
      at,
    }),
    foreignBudget({
      cluster,
      ours: release.availability.workload,
      labels: release.availability.selector,
      at,
    }),
    resourceChanges({ cluster, wanted: wantedResources(rolledOut(release)), at }),
    database({
      database: facts.database,
      lastDump: facts.lastDump,
      provesElsewhere: facts.scratch !== undefined,
      excluded: excludedIn(config),
      external: facts.external !== undefined,
      plan,
      at:
        facts.database === undefined
          ? "gateways:smoltbot.backup.database"
          : "gateways:smoltbotDatabaseUrl",
    }),
    prometheus({
      look: facts.prometheus,
      pods: cluster.observed
        ? runningPods(cluster.value, release.availability.selector).map(({ name }) => name)
        : undefined,
      baselineMinutes: config.settings.verify.prometheus?.baselineMinutes ?? 0,
      at: "gateways:smoltbot.verify.prometheus",
    }),
  ].flat();
}
