import { bridgeRoll as bridgeRollGate } from "../../../../components/bamf/gates/bridge-roll";
import { bridgeRoom } from "../../../../components/bamf/gates/bridge-room";
import { schemaHead } from "../../../../components/bamf/gates/schema-head";
import { valuesLayout } from "../../../../components/bamf/gates/values-layout";
import { versionSkew } from "../../../../components/bamf/gates/version-skew";
import { bamfHops } from "../../../../components/bamf/hops";
import { keysOfAll } from "../../../../components/bamf/sessions/vouched-keys";
import { wantedValues } from "../../../../components/bamf/wanted-values";
import type { KubernetesFacts } from "../../../../components/kubernetes/facts/cluster-facts";
import { planGateway } from "../../../../components/kubernetes/gateway/plan-gateway";
import { changesNothing } from "../../../../components/upgrade/changes-nothing";
import { downgradeToWarnings } from "../../../../components/upgrade/downgrade-to-warnings";
import type { Evidence } from "../../../../components/upgrade/evidence/evidence";
import type { Finding } from "../../../../components/upgrade/finding";
import { fingerprint } from "../../../../components/upgrade/fingerprint";
import { hop } from "../../../../components/upgrade/gates/hop";
import { restore } from "../../../../components/upgrade/gates/restore";
import { schemaOrigin } from "../../../../components/upgrade/gates/schema-origin";
import { versionPolicy } from "../../../../components/upgrade/gates/version-policy";
import { observed } from "../../../../components/upgrade/observation";
import { isSettled, type Plan } from "../../../../components/upgrade/plan/plan";
import { judge } from "../../../../components/upgrade/verdict";
import { known } from "../../../bamf/known";
import { COMPONENT, factsOf } from "./facts";
import { tunnelsOn, type BamfWorld } from "./world";

/** What a run goes by. */
export interface BamfDecision {
  readonly plan: Plan;
  /** What the gates that stop it have found. */
  readonly stops: readonly { readonly gate: string; readonly found: string }[];
  /** The release as its chart makes it. */
  readonly release: WantedBamf;
}

/** What the stack file comes to. */
export interface WantedBamf {
  readonly hops: ReturnType<typeof bamfHops>;
  readonly bridges: number;
  /** False if a value says that no row of audit_logs is deleted. */
  readonly deletesAudit: boolean;
  readonly configHash: string;
}

/** What of the chart's defaults counts here. */
const BRIDGES = 2;

const placeAt = (setting: string): string => `gateways:bamf.${setting}`;

export function wantedBamf({ file: { version, values } }: Pick<BamfWorld, "file">): WantedBamf {
  const wanted = wantedValues(known, { version, values });
  const bridges = wanted.set("edge.bridge.replicas");
  return {
    hops: bamfHops(known, wanted.values),
    bridges: typeof bridges === "number" ? bridges : BRIDGES,
    deletesAudit: wanted.set("core.api.config.audit.retention_days") !== 0,
    configHash: fingerprint([version, wanted.values]),
  };
}

/** What the program would plan in this world, and the gates that stop it. */
export function decideBamf(world: BamfWorld): BamfDecision {
  const { file, evidence } = world;
  const release = wantedBamf(world);
  const facts = factsOf(world);
  const plan = planGateway(
    {
      version: file.version,
      availability: { selector: { [COMPONENT]: "api" } } as never,
      names: { gateway: "api", fullname: "bamf" },
      hops: release.hops,
    },
    facts,
    "api",
    evidence === undefined ? [] : [evidence as unknown as Evidence],
  );
  const unchanged =
    isSettled(plan) &&
    changesNothing({
      settings: { consents: file.consents } as never,
      release: { configHash: release.configHash } as never,
      facts,
      plan,
    });
  const findings = [
    ...releaseFindings(world, plan, facts),
    ...sessionFindings(world, plan, release, unchanged),
  ];
  const answers = unchanged ? downgradeToWarnings(findings) : findings;
  const stops = judge(answers, { phase: "up" });
  return { plan, stops: stops.map(({ gate, found }) => ({ gate, found })), release };
}

function releaseFindings(
  world: BamfWorld,
  plan: Plan,
  { database }: KubernetesFacts,
): readonly Finding[] {
  const { consents, version, values } = world.file;
  const head = world.silent ? undefined : world.head;
  const wanted = wantedValues(known, { version, values });
  const isFree = world.without === "what breaks running programs wants a consent";
  const said = isFree
    ? { ...consents, window: { release: version, reason: "taken for granted" } }
    : consents;
  return [
    ...versionPolicy({ plan, consent: consents.major, at: placeAt("version") }),
    ...hop({ plan, consents: said, head, at: placeAt("consents") }),
    ...restore({
      plan,
      restoredFrom: world.silent ? undefined : "",
      at: placeAt("consents.restore"),
      keysAt: "keys",
    }),
    ...schemaOrigin({ plan, consent: consents.schema, at: placeAt("consents.schema") }),
    ...schemaHead({
      catalogue: known,
      database,
      plan,
      at: placeAt("version"),
    }),
    ...valuesLayout({
      translation: wanted.translation,
      wanted: version,
      layout: wanted.layout,
      at: placeAt("values"),
    }),
  ];
}

function sessionFindings(
  world: BamfWorld,
  plan: Plan,
  release: WantedBamf,
  unchanged: boolean,
): readonly Finding[] {
  const { version, sessions, consents } = world.file;
  const bridges = Object.entries(world.bridges);
  const tags = [...new Set(bridges.map(([, { release: one }]) => `v${one}`))];
  const isCounted = world.without !== "bridges that go for good are counted";
  return [
    ...bridgeRoom({
      plan,
      bridges: observed(
        bridges.map(([name]) => ({
          name,
          ready: true,
          tunnels: {
            open: tunnelsOn(world, name).length,
            pinned: tunnelsOn(world, name).filter(({ movable }) => !movable).length,
          },
        })),
      ),
      tellTunnels: true,
      declared: release.bridges,
      most: isCounted ? release.bridges : undefined,
      perBridge: undefined,
      at: "StatefulSet/bridge",
      valuesAt: placeAt("values.edge.bridge"),
    }),
    ...bridgeRollGate({
      roll: { sessions, cut: consents.cut, version },
      keys: keysOfAll(
        known,
        [`api:v${version}`],
        [`v${version}`, ...tags].map((tag) => `b:${tag}`),
      ),
      rolls: plan.change !== "install" && !unchanged,
      at: placeAt,
    }),
    ...versionSkew({
      wanted: version,
      tag: `v${version}`,
      images: [],
      elsewhere: { clis: [], agents: [] },
      running: observed({
        api: world.serving === undefined ? [] : [world.serving],
        bridges: tags,
        proxies: world.proxies === undefined ? [] : [world.proxies],
        webs: [],
        agents: world.agents === undefined ? [] : [world.agents],
      }),
      byHand: [],
      consent: consents.skew,
      at: "bamf",
      elsewhereAt: placeAt("elsewhere"),
      consentAt: placeAt("consents.skew"),
    }),
  ];
}

/** Consents to all that the preview asks for. */
export function consentAsAsked(world: BamfWorld): void {
  const { plan, stops } = decideBamf({ ...world, file: { ...world.file, consents: {} } });
  const release = world.file.version;
  const said = { release, reason: "drawn" };
  const dangers = plan.dangers === undefined || "kind" in plan.dangers ? [] : plan.dangers;
  const asked = Object.fromEntries(dangers.map(({ consent }) => [consent, said]));
  const need = plan.restore;
  const { cut } = world.file.consents;
  const consents = {
    ...(cut === undefined ? {} : { cut }),
    ...asked,
    ...(plan.change === "major" ? { major: said } : {}),
    ...(stops.some(({ gate }) => gate === "version-skew") ? { skew: said } : {}),
    ...(need?.kind === "downgrade"
      ? {
          downgrade: {
            ...said,
            from: need.image,
            revision: need.revision,
            deletes: [...need.deletes],
          },
        }
      : {}),
  };
  world.file = { ...world.file, consents };
}
