import type * as kubernetes from "@pulumi/kubernetes";
import { readConfig } from "./components/config/read-config";
import { identifierIn, kubernetesProviders } from "./components/kubernetes/resources/provider";
import { prepareSmoltbots, type Prepared } from "./components/smoltbot/prepare";
import { reportWithoutStack } from "./components/upgrade/report-without-stack";
import { Availability } from "./components/upgrade/chapters/availability";
import { Backup } from "./components/upgrade/chapters/backup";
import { Configuration } from "./components/upgrade/chapters/configuration";
import { withIdentifier } from "./components/upgrade/evidence/identity";
import { failIfBlocked, stopUpIfBlocked, Preflight } from "./components/upgrade/chapters/preflight";
import { Restore } from "./components/upgrade/chapters/restore";
import { results } from "./components/upgrade/evidence/results";
import { Rollout } from "./components/upgrade/chapters/rollout";
import { Schema } from "./components/upgrade/chapters/schema";
import { Verification } from "./components/upgrade/chapters/verification";

/** Upgrades every gateway of the stack; none is touched before all gates of all of them have answered. */
export default reportWithoutStack(async () => {
  const gateways = await prepareSmoltbots(readConfig());
  const begun = gateways.map((gateway) => ({
    gateway,
    preflight: new Preflight(gateway.name, gateway),
  }));
  const preflights = begun.map(({ preflight }) => preflight);
  stopUpIfBlocked(preflights);

  const providerOf = kubernetesProviders(gateways);
  const ended = begun.map(({ gateway, preflight }) =>
    upgrade(gateway, preflight, { provider: providerOf(gateway) }),
  );
  failIfBlocked(preflights);
  return results(ended);
});

/** The table of contents of an upgrade. Each chapter takes the one before it, so that a wrong order does not compile. */
function upgrade(
  { name, chapters, plan, history, identity: known, lastBackup }: Prepared,
  preflight: Preflight,
  inCluster: { readonly provider: kubernetes.Provider },
) {
  const { cameBack, occasion } = plan;
  const save = (after: Preflight | Rollout) =>
    new Backup(name, { after, cameBack, ...chapters.backup });
  // Going back within a major leaves the database alone: nothing waits for a dump.
  const saved = cameBack === undefined ? save(preflight) : undefined;
  const restore = new Restore(name, { after: saved ?? preflight, ...chapters.restore });
  const configuration = new Configuration(
    name,
    { after: restore, ...chapters.configuration },
    inCluster,
  );
  const schema = new Schema(
    name,
    { after: configuration, cameBack, occasion, ...chapters.schema },
    inCluster,
  );
  const availability = new Availability(
    name,
    { after: configuration, ...chapters.availability },
    inCluster,
  );
  const rollout = new Rollout(
    name,
    {
      after: schema,
      guardedBy: availability,
      restored: restore,
      occasion,
      ...chapters.rollout,
    },
    inCluster,
  );
  const backup = saved ?? save(rollout);
  const verification = new Verification(name, {
    after: rollout,
    on: schema,
    occasion,
    cameBack,
    ...chapters.verification,
  });
  const { evidence } = verification;
  const identity = identifierIn(inCluster.provider).apply((identifier) =>
    withIdentifier(known, identifier),
  );
  return { name, history, identity, lastBackup, evidence, backup: backup.saved };
}
