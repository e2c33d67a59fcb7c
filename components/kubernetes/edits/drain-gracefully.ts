import { editContainers, editPod, inOrder, type Edit } from "./workload";

/** What the gateway takes at most to finish its open requests. Source: `mnemom/smoltbot@33f9a5a:deploy/runtime/src/server.ts` */
const SHUTDOWN_SECONDS = 15;

/** Room between the end of the shutdown and the kill. */
const MARGIN_SECONDS = 5;

/**
 * A stopping pod keeps serving for `drainSeconds` while its endpoint is taken out, and is never killed in the middle of a request:
 * the chart has no preStop, so that new connections reach a gateway that has stopped listening (S-54).
 */
export const drainGracefully = (drainSeconds: number): Edit =>
  inOrder(
    editContainers((container) => ({
      ...container,
      lifecycle: { preStop: { exec: { command: ["sleep", String(drainSeconds)] } } },
    })),
    editPod((pod) => ({
      ...pod,
      terminationGracePeriodSeconds: drainSeconds + SHUTDOWN_SECONDS + MARGIN_SECONDS,
    })),
  );
