import type { Finding } from "../upgrade/finding";
import { adoptedObjects } from "../kubernetes/gates/adopted-objects";
import { adoptedSecret } from "../kubernetes/gates/adopted-secret";
import { adoption } from "../kubernetes/gates/adoption";
import { helmRecords } from "../kubernetes/gates/helm-records";
import { declaredObjects } from "../kubernetes/gateway/declared-objects";
import type { GateInput } from "./gate-input";

/** Whether the install by Helm can be taken over as it runs. */
export function adoptionFindings({ config, release, facts, plan }: GateInput): readonly Finding[] {
  const { context, namespace, release: name } = config.settings.kubernetes;
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
