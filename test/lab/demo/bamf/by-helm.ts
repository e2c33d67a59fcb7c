import { join } from "node:path";
import { openBamf } from "../../bamf/gateways";
import { bamfByHelm } from "../../bamf/helm";
import { lossesOf } from "../../bamf/report";
import { CROWD, withTunnels, type BamfStage } from "./actions";

/** How many scenes {@link playByHelm} has. */
export const HELM_SCENES = 2;

const OLD = "v0.10.0";
const NEW = "v0.11.0";

/** The same upgrade by plain Helm: what becomes of the tunnels without this program. */
export async function playByHelm(stage: Omit<BamfStage, "gateways">): Promise<void> {
  const { lab, settings, charts, story } = stage;
  const name = "demo-bamf-helm";
  const gateways = openBamf(lab, { name, directory: join(lab.home, name) });
  const helm = await bamfByHelm(lab, settings, gateways, "prod", charts);

  await story.play(`helm install ${OLD}`, async () => {
    await helm.install(OLD);
    await gateways.joinForeignAgent("prod", OLD);
    return { outcome: "the chart as shipped; an agent from elsewhere has joined" };
  });
  await story.play(`helm upgrade --wait to ${NEW} with ${CROWD.hold} tunnels open`, async () => {
    const { report } = await withTunnels(stage, gateways.place("prod"), () => helm.upgrade(NEW));
    const { cut, frozen, failedOpens } = lossesOf(report);
    const opens = report.passing.opened + report.passing.failed;
    return {
      outcome: `${cut + frozen} of ${CROWD.hold} tunnels lost, ${failedOpens} of ${opens} new ones failed`,
    };
  });
}
