import { contextOf, placeOf } from "../../kubernetes/gate-input";
import type { Gate } from "../../upgrade/gate";
import { imagesByHand, inCluster, tagsOf, type BamfInput } from "../bamf-input";
import { releaseOf } from "../catalogue";
import { parametersLost } from "../database-url";
import { planHop } from "../hop";
import { DATABASE_URL, podSecrets } from "../pod-secrets";
import { autoscalers } from "./autoscalers";
import { behaviourChanges } from "./behaviour-changes";
import { certificates } from "./certificates";
import { chartRelease } from "./chart-release";
import { databaseUrl } from "./database-url";
import { drawnSecrets } from "./drawn-secrets";
import { schemaHead } from "./schema-head";
import { sessionGates } from "./session-list";
import { valuesLayout } from "./values-layout";
import { valuesSchema } from "./values-schema";
import { versionSkew } from "./version-skew";
import { webPods } from "./web-pods";

/** Whether the stack file and the chart make the wanted release. */
const releaseGates: readonly Gate<BamfInput>[] = [
  {
    name: "values-layout",
    question: "Which values are of another layout, and can all of them be translated?",
    ask: ({ rendered: { wanted }, plan, at }) =>
      valuesLayout({
        translation: wanted.translation,
        wanted: plan.to,
        layout: wanted.layout,
        at: at("values"),
      }),
  },
  {
    name: "values-schema",
    question: "Does the schema of the target chart take the values?",
    ask: ({ rendered: { check, wanted, rendering }, at }) =>
      valuesSchema({
        check,
        translation: wanted.translation,
        values: wanted.values,
        defaults: rendering.defaults,
        chart: `${rendering.chart.name} ${rendering.chart.version}`,
        at: at("values"),
        chartAt: at("chart"),
      }),
  },
  {
    name: "chart-release",
    question: "Is it the chart of the wanted release, with tags of images that were published?",
    ask: ({ rendered: { rendering, known }, release: { images }, plan, at }) =>
      chartRelease({
        chart: rendering.chart,
        wanted: plan.to,
        row: releaseOf(known, plan.to),
        images,
        at: at("chart"),
      }),
  },
  {
    name: "version-skew",
    question: "Are bridges and proxies of the API's own release, and agents and CLIs not newer?",
    ask: (input) =>
      versionSkew({
        wanted: input.plan.to,
        tag: input.rendered.tag,
        images: input.release.images,
        elsewhere: input.settings.elsewhere,
        running: inCluster(input, (cluster) => ({
          api: tagsOf(cluster, input, "api"),
          bridges: tagsOf(cluster, input, "bridge"),
          proxies: tagsOf(cluster, input, "proxy"),
          webs: tagsOf(cluster, input, "web"),
          agents: tagsOf(cluster, input, "agent"),
        })),
        byHand: imagesByHand(input),
        consent: input.settings.consents.skew,
        elsewhereAt: input.at("elsewhere"),
        consentAt: input.at("consents.skew"),
        at: placeOf(input),
      }),
  },
  {
    name: "behaviour-changes",
    question: "Does a release on the way behave otherwise in what a value decides, and is it set?",
    ask: ({ rendered: { known, wanted }, plan, at }) =>
      behaviourChanges({
        catalogue: known,
        hop: plan.from === undefined ? undefined : planHop(known, { from: plan.from, to: plan.to }),
        values: wanted.values,
        at: at("version"),
        valuesAt: at("values"),
      }),
  },
  {
    name: "schema-head",
    question: "Is the schema at the last revision of the running release, or on its way?",
    ask: ({ rendered: { known }, facts: { database }, plan, at }) =>
      schemaHead({
        catalogue: known,
        database,
        plan,
        at: at("version"),
      }),
  },
];

/** Whether its programs start, with what they are given. */
const programGates: readonly Gate<BamfInput>[] = [
  {
    name: "database-url",
    question: "Do API and migration get a URL of the database that their driver reads?",
    ask: ({ rendered: { workloads, job }, secrets, at, secretsAt }) =>
      databaseUrl({
        objects: [...workloads, job],
        lost: parametersLost(secrets[DATABASE_URL] ?? ""),
        at: at("values"),
        secretAt: secretsAt(DATABASE_URL),
      }),
  },
  {
    name: "drawn-secrets",
    question: "Are all tokens and passwords those of the stack file, the same at every render?",
    ask: ({ release: { configuration }, secrets, at, secretsAt }) =>
      drawnSecrets({
        objects: configuration,
        secrets: podSecrets(secrets),
        at: at("values"),
        secretsAt: secretsAt(),
      }),
  },
  {
    name: "certificates",
    question: "Is the certificate of the ingress ready, and does it last?",
    ask: (input) =>
      certificates({
        plan: input.plan,
        live: inCluster(input, ({ live }) => live),
        now: input.facts.now,
        at: placeOf(input),
      }),
  },
  {
    name: "web-pods",
    question: "Are there web pods, and does a value mean some that are not made?",
    ask: (input) =>
      webPods({
        workloads: input.rendered.workloads,
        running: input.facts.cluster.observed
          ? input.facts.cluster.value.workloads.map(({ name }) => name)
          : [],
        deployment: input.rendered.names.web,
        values: input.rendered.wanted.values,
        at: input.at("values"),
      }),
  },
  {
    name: "autoscalers",
    question: "Can every autoscaler work, and does it leave at least two pods?",
    ask: (input) =>
      autoscalers({
        objects: input.release.rolledOut,
        live: inCluster(input, ({ live }) => live),
        at: contextOf(input),
      }),
  },
];

/** Gates that only BAMF has. */
export const bamfGates: readonly Gate<BamfInput>[] = [
  ...releaseGates,
  ...programGates,
  ...sessionGates,
];
