import { clusterEyes } from "../../lab/cluster-eyes";
import { succeeded } from "../../lab/demo/expect";
import type { Gateways } from "../../lab/gateways";
import type { Lab } from "../../lab/lab";
import { startLoad, type LoadReport } from "../../lab/load";
import { until } from "../../lab/until";
import { withHelmRelease, type HelmRelease } from "../helm-release";
import { inTurns } from "../in-turns";
import { lossesOf } from "../losses";
import type { Bench, Comparison, Measure, Measured } from "../measure";
import { serviceUrl } from "../service-url";
import { underLoad, type UnderLoad, type Work } from "../under-load";
import { INSTALLED, withGateway } from "../with-gateway";

const NEXT = "1.1.0";
const MOST_RUNS = 3;
const PER_SECOND = 300;
/** For each side, over all counted runs and both directions. */
const REQUESTS = 100_000;
/** `rollout.surge` of this program: its default, and all pods at once; Helm has the chart's own. */
const SURGES = [1, "100%"] as const;
type Surge = (typeof SURGES)[number];
/** Seconds for which this program watches a release unless the stack file says otherwise. */
const WATCHED = 10;

/** How long an upgrade and the way back take, and what they lose. */
export const upgrade: Measure = {
  name: "upgrade",
  title: "Upgrade and rollback under load",
  about: `\`pulumi up\` with the version changed and changed back, against \`helm upgrade --wait\` and \`helm rollback --wait\` of the chart as shipped, each under ${PER_SECOND} requests a second, half of them on new connections. The load begins before each operation and goes on after it until each side has had ${REQUESTS} requests in all. Helm rolls out the gateway alone, because the chart's migration cannot succeed and its observer never gets ready; this program takes and proves a backup, migrates, rolls out both and then watches the new release. Both ways are gone twice, with one new pod at a time (\`rollout.surge: 1\`, the default) and with all of them at once (\`100%\`); Helm has the chart's own strategy. On the way back no dump is taken. How soon all gateway pods are of the old release is looked up in the cluster, ten times a second; for Helm it is the end of \`--wait\`. At most ${MOST_RUNS} runs.`,
  run: (bench) =>
    withGateway(bench, (gateways) =>
      withHelmRelease(bench, gateways, (helm) => measure(bench, gateways, helm)),
    ),
};

async function measure(
  { lab, runs: wanted, say }: Bench,
  { project, namespace }: Gateways,
  helm: HelmRelease,
): Promise<Measured> {
  const runs = Math.min(wanted, MOST_RUNS);
  const load = (home: string): UnderLoad => ({
    start: async () => startLoad(lab, await serviceUrl(lab, home), PER_SECOND),
    perSecond: PER_SECOND,
    // There and back with each surge in every run.
    least: REQUESTS / (runs * 2 * SURGES.length),
  });
  const home = namespace("staging");
  const change = async (version: string, surge: Surge) => {
    await project.configure("staging", { "gateways:smoltbot": { rollout: { surge } } });
    await project.setVersion("staging", version);
    succeeded(await project.up("staging"));
  };
  const pairs = SURGES.map((surge) => {
    const words = surge === 1 ? "" : `, surge ${surge}`;
    const there = titled(`${INSTALLED} to ${NEXT}${words}`);
    const back = titled(`back to ${INSTALLED}${words}`);
    const served: number[] = [];
    const goBack = async () => {
      const began = performance.now();
      const looking = allServe(lab, home, INSTALLED).then(() => {
        served.push((performance.now() - began) / 1000);
      });
      await Promise.all([change(INSTALLED, surge), looking]);
    };
    const contest = (direction: Direction, ours: Work, other: Work) => ({
      title: direction.title,
      ours: underLoad(load(home), direction.ours, ours),
      other: underLoad(load(helm.namespace), direction.other, other),
    });
    const contests = [
      contest(
        there,
        () => change(NEXT, surge),
        () => helm.upgrade(NEXT),
      ),
      contest(back, goBack, helm.rollback),
    ];
    return { there, back, served, contests };
  });
  const measured = await inTurns(
    { runs, say },
    pairs.flatMap(({ contests }) => contests),
  );
  return {
    comparisons: pairs.flatMap(({ there, back, served }) => [
      ...measured.filter(({ title }) => title === there.title),
      ...measured
        .filter(({ title }) => title === back.title)
        .flatMap((way) => inParts(way, served)),
    ]),
    facts: pairs.flatMap(({ there, back }) => [there, back]).map(describeLosses),
  };
}

/** The way back as a whole, until its pods serve, and beside what an operator would watch of Helm's. */
function inParts(way: Comparison, served: readonly number[]): readonly Comparison[] {
  const { title, ours, other = [] } = way;
  return [
    way,
    { title: `${title}, until all its pods serve`, ours: served.slice(1), other },
    {
      title: `${title}, with ${WATCHED} s of watching on both sides`,
      ours,
      other: other.map((seconds) => seconds + WATCHED),
    },
  ];
}

const describeLosses = ({ title, ours, other }: Direction): string =>
  `${title}: ${lossesOf("this program", ours.slice(1))}; ${lossesOf("Helm", other.slice(1))}.`;

/** Resolves once two pods of the gateway are ready, all of them of this release. */
function allServe(lab: Lab, namespace: string, release: string): Promise<void> {
  const eyes = clusterEyes(lab, namespace);
  const image = `ghcr.io/mnemom/gateway:${release}`;
  const check = async () => {
    const pods = await eyes.pods({ "app.kubernetes.io/component": "gateway" });
    const ready = pods.filter((pod) => pod.ready);
    return ready.length === 2 && ready.every(({ images }) => images.includes(image));
  };
  return until(`all pods of ${release} serve`, check, { seconds: 600 });
}

/** One direction with what each side's runs have seen, the warm-up first. */
interface Direction {
  readonly title: string;
  readonly ours: LoadReport[];
  readonly other: LoadReport[];
}

const titled = (title: string): Direction => ({ title, ours: [], other: [] });
