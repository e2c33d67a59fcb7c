import { holdOrdinals } from "../kubernetes/edits/hold-ordinals";
import { rollBesideOld } from "../kubernetes/edits/roll-beside-old";
import { rollOnSecretChange } from "../kubernetes/edits/roll-on-secret-change";
import { rollWithoutLoss } from "../kubernetes/edits/roll-without-loss";
import { editPod, inOrder, type Edit, type Workload } from "../kubernetes/edits/workload";
import type { IntOrPercent } from "../kubernetes/objects/int-or-percent";
import { fingerprint } from "../upgrade/fingerprint";
import { fromOwnSecret, valuesRead, type OwnSecret } from "./pod-secrets";

/**
 * - What has requests gives up no pod before its successor serves.
 * - What reads a token or the URL of the database once rolls when it changes (T-22). A bridge reads its token at its start, and then anew, so that it need not
 *   roll, which may cut sessions. Source: `mattrobinsonsre/bamf@cf90ea6:pkg/bridge/server.go`
 * - A bridge waits for its turn (B-06), and so does an old agent, whose stop cuts the tunnels through it.
 * - A bridge has its whole grace period for its sessions: the pause before the end signal counts against it, and its own limit does not know of the pause.
 *
 * @param bridges - name of their StatefulSet, the most that there may be, and how long one pauses before the end signal
 * @param agents - name of their Deployment
 * @param surge - new pods of the other Deployments that come up before old ones leave
 */
export const editWorkload =
  (
    secret: OwnSecret,
    bridges: {
      readonly name: string;
      readonly most: number | undefined;
      readonly pauseSeconds: number;
    },
    agents: string,
    surge: IntOrPercent,
  ): Edit =>
  (workload) => {
    const own = fromOwnSecret(secret)(workload);
    if (workload.metadata.name === bridges.name)
      return inOrder(beyondPause(bridges.pauseSeconds), holdOrdinals(bridges.most))(own);
    const roll = workload.metadata.name === agents ? rollBesideOld : rollWithoutLoss(surge);
    return inOrder(roll, onChange(secret, own))(own);
  };

const onChange = (secret: OwnSecret, workload: Workload): Edit => {
  const read = valuesRead(secret, workload);
  return Object.keys(read).length === 0 ? (same) => same : rollOnSecretChange(fingerprint(read));
};

const beyondPause = (pauseSeconds: number): Edit =>
  editPod((pod) => {
    const grace = pod["terminationGracePeriodSeconds"];
    return typeof grace === "number"
      ? { ...pod, terminationGracePeriodSeconds: grace + pauseSeconds }
      : pod;
  });
