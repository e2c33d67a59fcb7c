import { setTimeout as pause } from "node:timers/promises";
import type { Platform } from "../../upgrade/platform";
import type { StepIo } from "../../upgrade/step-io";
import { askOutside, requestsFromOutside } from "./ask-outside";
import { isCertainlyAbove } from "./error-rate-bound";
import { countRestarts, judgeRestarts, type Restarts } from "./judge-instances";
import { isBad, type Probe } from "./judge-probes";
import { sendProbes } from "./ask-instances";
import { httpInstances, lookOnce, instancesOf, settle, type Settled } from "./settle";
import type { VerificationTask } from "../verification-input";
import type { TrafficWatch } from "./watch-traffic";
import type { WeighedTraffic } from "./weigh-traffic";

/** What a release looked like at the end of the watch. */
export interface Watched {
  readonly last: Settled;
  readonly probes: readonly Probe[];
  readonly traffic: WeighedTraffic;
}

/** Between two looks, in milliseconds: a bad release is to be found out within seconds. */
const every = 1000;

/**
 * Watches the release for the whole window, or until it is certain that it is bad (S-49, S-50): what can no longer become good need
 * not be waited for, since users meet it meanwhile.
 */
export async function watchRelease(
  platform: Platform,
  task: VerificationTask,
  io: StepIo,
  { traffic, restarts }: { readonly traffic: TrafficWatch; readonly restarts: Restarts },
): Promise<Watched> {
  const probes: Probe[] = [];
  const enough = new AbortController();
  const keep = (probe: Probe) => {
    probes.push(probe);
  };
  const sending = Promise.all([
    sendProbes(platform, task, keep, enough.signal),
    askOutside(task, keep, enough.signal),
  ]);
  // It is waited for at the end; a process with an error for which nobody waits would end at once.
  sending.catch(() => undefined);
  try {
    for (const end = Date.now() + task.seconds * 1000; Date.now() < end;) {
      await pause(Math.min(every, end - Date.now()), undefined, { signal: io.signal });
      const last = await lookOnce(platform, task);
      const so = { last, probes, traffic: await traffic.judge(httpInstances(last), 0) };
      if (isHopeless(task, restarts, so)) {
        io.say("that is enough: the release is bad, whatever comes");
        return so;
      }
    }
    await sending;
    const last = await settle(platform, task, io.signal);
    return { last, probes, traffic: await traffic.judge(httpInstances(last), 2) };
  } finally {
    enough.abort();
  }
}

/** Whether a fault was found that no later look can take back. */
function isHopeless(
  task: VerificationTask,
  restarts: Restarts,
  { last, probes, traffic }: Watched,
): boolean {
  if (judgeRestarts(restarts, countRestarts(instancesOf(last))).faults.length > 0) return true;
  if (isCertainlyAbove(traffic, task.maxErrorRate)) return true;
  // No answer may be the API server's fault, which comes back; those count at the end.
  const bad = probes.filter((probe) => probe.reply !== undefined && isBad(probe));
  const planned = { service: task.requests, url: requestsFromOutside(task) };
  return (["service", "url"] as const).some(
    (way) => bad.filter(({ by }) => by === way).length > planned[way] * task.maxErrorRate,
  );
}
