import type { GatewayConfig, SmoltbotConfig } from "../config/schema";
import type { Workload } from "../kubernetes/edits/workload";
import type { VerificationArgs } from "../upgrade/chapters/verification";
import { databaseSource } from "./database-source";
import { instanceName } from "./instance-name";
import { migrationImage } from "./migration-job";
import type { SmoltbotRelease } from "./release";
import { REQUESTS_METRIC } from "./running-versions";
import { settingsOf } from "./settings";

/** Port of the gateway, whatever PORT says. Source: mnemom/smoltbot@33f9a5a:deploy/helm/mnemom-gateway/templates/deployment-gateway.yaml */
export const PORT = 8787;

/** Where a step finds its objects. */
export const cluster = ({ kubernetes: { kubeconfig, context, namespace } }: SmoltbotConfig) => ({
  kubeconfig,
  context,
  namespace,
});

/** Image per container of a workload. */
export const imagesOf = (workload: Workload): Readonly<Record<string, string>> =>
  Object.fromEntries(
    workload.spec.template.spec.containers.map(({ name, image }) => [name, image]),
  );

/** What the verification is given. */
export const verificationOf = (
  config: Pick<GatewayConfig, "settings" | "secrets">,
  release: SmoltbotRelease,
  stack: string,
  secrets: Readonly<Record<string, string>>,
): Omit<VerificationArgs, "after" | "on" | "occasion" | "cameBack" | "known"> => {
  const { settings } = config;
  const { count, path, method } = settings.verify.requests;
  return {
    input: {
      ...cluster(settings),
      release: release.version,
      configHash: release.configHash,
      chart: { name: release.rendering.chart.name, version: release.rendering.chart.version },
      settings: [...settingsOf(config)],
      migration: { job: release.job.metadata.name, image: migrationImage(settings) },
      workloads: release.workloads.flatMap((workload) =>
        Object.entries(imagesOf(workload)).map(([container, image]) => ({
          name: workload.metadata.name,
          container,
          image,
          http: workload.metadata.name === release.names.gateway,
          ...(settings.adopt && workload.metadata.name !== release.names.gateway
            ? { mayBeUnready: true }
            : {}),
        })),
      ),
      service: { name: release.names.fullname, port: PORT },
      requests: count,
      proxied: { method, ...(path === undefined ? {} : { path }) },
      url: settings.verify.url,
      ignoreLogs: settings.verify.ignoreLogs,
      mirrors: settings.kubernetes.imageMirrors,
      seconds: settings.verify.seconds,
      maxErrorRate: settings.verify.maxErrorRate,
      requestsMetric: REQUESTS_METRIC,
      prometheus: settings.verify.prometheus,
      reportedVersion: instanceName(settings.values),
      source: databaseSource(settings),
      wayBack: `change gateways:smoltbot.version in Pulumi.${stack}.yaml back to the release before, and run pulumi up --stack ${stack}`,
    },
    secrets,
  };
};
