import type * as kubernetes from "@pulumi/kubernetes";
import { readConfig } from "./components/config";
import { identifierIn, kubernetesProviders } from "./components/kubernetes/provider";
import { prepareSmoltbots, type Prepared } from "./components/smoltbot/prepare";
import { toldPlainly } from "./components/told-plainly";
import { Availability } from "./components/upgrade/availability";
import { Backup } from "./components/upgrade/backup";
import { Configuration } from "./components/upgrade/configuration";
import { withIdentifier } from "./components/upgrade/identity";
import { conclude, letOn, Preflight } from "./components/upgrade/preflight";
import { Restore } from "./components/upgrade/restore";
import { results } from "./components/upgrade/results";
import { Rollout } from "./components/upgrade/rollout";
import { Schema } from "./components/upgrade/schema";
import { Verification } from "./components/upgrade/verification";

/** Upgrades every gateway of the stack; none is touched before all gates of all of them have answered. */
export default toldPlainly(async () => {
  const gateways = await prepareSmoltbots(readConfig());
  const begun = gateways.map((gateway) => ({
    gateway,
    preflight: new Preflight(gateway.name, gateway),
  }));
  const preflights = begun.map(({ preflight }) => preflight);
  letOn(preflights);

  const providerOf = kubernetesProviders(gateways);
  const ended = begun.map(({ gateway, preflight }) =>
    upgrade(gateway, preflight, { provider: providerOf(gateway) }),
  );
  conclude(preflights);
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
