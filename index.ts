import { readConfig } from "./components/config/read-config";
import { products } from "./components/products";
import { targets } from "./components/targets";
import { Availability } from "./components/upgrade/chapters/availability";
import { backupInTurn } from "./components/upgrade/chapters/backup";
import { Configuration } from "./components/upgrade/chapters/configuration";
import { failIfBlocked, Preflight, stopUpIfBlocked } from "./components/upgrade/chapters/preflight";
import { Restore } from "./components/upgrade/chapters/restore";
import { Rollout } from "./components/upgrade/chapters/rollout";
import { Schema } from "./components/upgrade/chapters/schema";
import { Verification } from "./components/upgrade/chapters/verification";
import { identityIn } from "./components/upgrade/evidence/identity";
import { results } from "./components/upgrade/evidence/results";
import { prepareGateways } from "./components/upgrade/prepare-gateways";
import type { Prepared } from "./components/upgrade/prepared";
import { reportWithoutStack } from "./components/upgrade/report-without-stack";

/** Upgrades every gateway of the stack; none is touched before all gates of all of them have answered. */
export default reportWithoutStack(async () => {
  const gateways = await prepareGateways(readConfig(products, targets), targets);
  const begun = gateways.map((gateway) => ({
    gateway,
    preflight: new Preflight(gateway.name, gateway),
  }));
  const preflights = begun.map(({ preflight }) => preflight);
  stopUpIfBlocked(preflights);
  const ended = begun.map(({ gateway, preflight }) => upgrade(gateway, preflight));
  failIfBlocked(preflights);
  return results(ended);
});

/** The table of contents of an upgrade. Each chapter takes the one before it, so that a wrong order does not compile. */
function upgrade(
  { name, plan, target, history, identity: known, lastBackup }: Prepared,
  preflight: Preflight,
) {
  const { options: there, identifier } = target.connect();
  const dump = backupInTurn(name, { plan, task: target.backup });
  const saved = dump.before(preflight);
  const restore = new Restore(name, { after: saved, task: target.restore, history });
  const configuration = new Configuration(
    name,
    { after: restore, make: target.configuration },
    there,
  );
  const schema = new Schema(name, { after: configuration, plan, work: target.schema }, there);
  const availability = new Availability(
    name,
    { after: configuration, make: target.availability },
    there,
  );
  const rollout = new Rollout(
    name,
    { after: schema, guardedBy: availability, restored: restore, plan, waves: target.waves },
    there,
  );
  const { saved: backup } = dump.after(rollout);
  const { evidence } = new Verification(name, {
    after: rollout,
    on: schema,
    plan,
    work: target.verification,
  });
  return { name, history, identity: identityIn(known, identifier), lastBackup, evidence, backup };
}
