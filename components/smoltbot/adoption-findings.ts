import type { Finding } from "../upgrade/finding";
import { adoptedObjects } from "../upgrade/gates/adopted-objects";
import { adoptedSecret } from "../upgrade/gates/adopted-secret";
import { adoption } from "../upgrade/gates/adoption";
import { helmRecords } from "../upgrade/gates/helm-records";
import { declaredObjects } from "./declared-objects";
import type { SmoltbotQuestion } from "./smoltbot-question";

/** Whether the install by Helm can be taken over as it runs. */
export function adoptionFindings({
  config,
  release,
  facts,
  plan,
}: SmoltbotQuestion): readonly Finding[] {
  const { context, namespace, release: name } = config.smoltbot.kubernetes;
  const at = `context ${context}, namespace ${namespace}`;
  const { cluster, database, adoption: found } = facts;
  const records = helmRecords({ cluster, plan, place: { context, namespace, release: name }, at });
  if (found === undefined) return records;
  const { fullname, gateway } = release.names;
  const first =
    plan.verified === undefined
      ? [
          adoptedObjects({ adoption: found, objects: declaredObjects(release), at }),
          adoptedSecret({ adoption: found, secret: fullname, at: "gateways:smoltbotSecrets" }),
        ].flat()
      : [];
  const question = { plan, cluster, database, release: name, deployment: gateway, at };
  return [...records, ...adoption(question), ...first];
}
