import { execa } from "execa";
import { succeeded } from "../../lab/demo/expect";
import type { Gateways } from "../../lab/gateways";
import type { Lab } from "../../lab/lab";
import { startLoad, type LoadReport } from "../../lab/load";
import { withHelmRelease, type HelmRelease } from "../helm-release";
import { inTurns } from "../in-turns";
import type { Bench, Measure, Measured } from "../measure";
import { INSTALLED, withGateway } from "../with-gateway";

const NEXT = "1.1.0";
const MOST_RUNS = 3;
const PER_SECOND = 100;
const SERVICE = "smoltbot-mnemom-gateway";

/** How long an upgrade and the way back take, and what they lose. */
export const upgrade: Measure = {
  name: "upgrade",
  title: "Upgrade and rollback under load",
  about: `\`pulumi up\` with the version changed and changed back, against \`helm upgrade --wait\` and \`helm rollback --wait\` of the chart as shipped, each under ${PER_SECOND} requests a second. Helm rolls out the gateway alone, because the chart's migration cannot succeed and its observer never gets ready; this program takes and proves a backup, migrates, rolls out both and then watches the new release. At most ${MOST_RUNS} runs.`,
  run: (bench) =>
    withGateway(bench, (gateways) =>
      withHelmRelease(bench, gateways, (helm) => measure(bench, gateways, helm)),
    ),
};

async function measure(
  { lab, runs, say }: Bench,
  { project, namespace }: Gateways,
  helm: HelmRelease,
): Promise<Measured> {
  const loads: Record<"ours" | "other", LoadReport[]> = { ours: [], other: [] };
  const underLoad = async (side: "ours" | "other", home: string, work: () => Promise<unknown>) => {
    const load = startLoad(lab, await urlIn(lab, home), PER_SECOND);
    const began = performance.now();
    try {
      await work();
    } finally {
      loads[side].push(await load.stop());
    }
    return (performance.now() - began) / 1000;
  };
  const to = (version: string) => () =>
    underLoad("ours", namespace("staging"), async () => {
      await project.setVersion("staging", version);
      succeeded(await project.up("staging"));
    });
  const byHelm = (work: () => Promise<unknown>) => () => underLoad("other", helm.namespace, work);
  const comparisons = await inTurns({ runs: Math.min(runs, MOST_RUNS), say }, [
    {
      title: `${INSTALLED} to ${NEXT}`,
      ours: to(NEXT),
      other: byHelm(() => helm.upgrade(NEXT)),
    },
    { title: `back to ${INSTALLED}`, ours: to(INSTALLED), other: byHelm(helm.rollback) },
  ]);
  return {
    comparisons,
    facts: [
      `Requests lost: ${lost(loads.ours)} with this program, ${lost(loads.other)} with Helm, over all runs and the warm-up.`,
    ],
  };
}

const lost = (loads: readonly LoadReport[]): string => {
  const sum = (one: "sent" | "failed") => loads.reduce((total, load) => total + load[one], 0);
  return `${sum("failed")} of ${sum("sent")}`;
};

async function urlIn(lab: Lab, namespace: string): Promise<string> {
  const words = ["get", "service", SERVICE, "--namespace", namespace];
  const { stdout } = await execa("kubectl", [...words, "--output=jsonpath={.spec.clusterIP}"], {
    env: lab.env,
  });
  return `http://${stdout}:8787/anthropic/v1/messages`;
}
