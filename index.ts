import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "./components/config";
import { kubernetesProvider } from "./components/kubernetes/provider";
import { lookAtSmoltbot } from "./components/smoltbot/look-at-smoltbot";
import { planSmoltbot } from "./components/smoltbot/plan-smoltbot";
import { renderSmoltbot } from "./components/smoltbot/release";
import { smoltbotFindings } from "./components/smoltbot/smoltbot-findings";
import { smoltbotChapters } from "./components/smoltbot/chapters";
import { toldPlainly } from "./components/told-plainly";
import { Availability } from "./components/upgrade/availability";
import { Backup } from "./components/upgrade/backup";
import { Configuration } from "./components/upgrade/configuration";
import { Preflight } from "./components/upgrade/preflight";
import { Rollout } from "./components/upgrade/rollout";
import { Schema } from "./components/upgrade/schema";
import { Verification } from "./components/upgrade/verification";

/** The table of contents of an upgrade. Each chapter takes the one before it, so that a wrong order does not compile. */
export default toldPlainly(async () => {
  const config = readConfig();
  const rendering = renderSmoltbot(config.smoltbot, config.smoltbotSecrets);
  // Helm renders while the cluster, the database and the evidence are looked at.
  const [release, facts] = await Promise.all([rendering, lookAtSmoltbot(config, rendering)]);
  const plan = planSmoltbot(release, facts);
  const findings = smoltbotFindings({ config, release, facts, plan });

  const chapters = smoltbotChapters(config, release, pulumi.getStack());

  const preflight = new Preflight("smoltbot", { plan, findings });
  const inCluster = { provider: kubernetesProvider(config.smoltbot.kubernetes) };

  const backup = new Backup("smoltbot", { after: preflight, ...chapters.backup });
  const configuration = new Configuration(
    "smoltbot",
    { after: backup, ...chapters.configuration },
    inCluster,
  );
  const schema = new Schema("smoltbot", { after: configuration, ...chapters.schema }, inCluster);
  const availability = new Availability(
    "smoltbot",
    { after: configuration, ...chapters.availability },
    inCluster,
  );
  const rollout = new Rollout(
    "smoltbot",
    { after: schema, guardedBy: availability, ...chapters.rollout },
    inCluster,
  );
  const verification = new Verification("smoltbot", { after: rollout, ...chapters.verification });
  preflight.conclude();

  return { smoltbotEvidence: verification.evidence };
});
