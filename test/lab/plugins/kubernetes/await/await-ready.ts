import { setTimeout as sleep } from "node:timers/promises";
import type { EngineLog } from "../../protocol/engine-log";
import type { PropertyMap } from "../../protocol/values";
import type { KubeApi } from "../api";
import {
  annotationOf,
  annotations,
  apiVersionOf,
  isAnnotated,
  kindOf,
  nameOf,
} from "../kube-object";
import type { Judge, Judgement } from "./judge";
import { judges } from "./judges";
import { NotReady } from "./not-ready";
import { waitForJudge } from "./wait-for";

const defaultSeconds = 600;
const pauseMs = 500;

/** What a wait needs to know. */
export interface AwaitCall {
  readonly api: KubeApi;
  readonly inputs: PropertyMap;
  /** The object as the write returned it. */
  readonly written: PropertyMap;
  /** The object before this update. */
  readonly before?: PropertyMap;
  /** From `customTimeouts`; seconds, 0 = none was given. */
  readonly timeoutSeconds: number;
  readonly log: EngineLog;
  readonly signal: AbortSignal;
}

/** Seconds to wait: `customTimeouts`, else the annotation, else ten minutes. */
export function deadlineSeconds(inputs: PropertyMap, timeoutSeconds: number): number {
  const annotated = annotationOf(inputs, annotations.timeoutSeconds);
  if (timeoutSeconds !== 0) return timeoutSeconds;
  return /^\d+$/.test(annotated) ? Number(annotated) : defaultSeconds;
}

function judgeFor(object: PropertyMap, inputs: PropertyMap): Judge | undefined {
  if (isAnnotated(inputs, annotations.skipAwait)) return undefined;
  const wanted = annotationOf(object, annotations.waitFor);
  if (wanted !== "") return waitForJudge(wanted);
  return judges[`${apiVersionOf(object)}/${kindOf(object)}`]?.();
}

/**
 * Waits until a written object is what its kind calls ready; kinds without a rule are ready at once.
 * Yields the live object.
 * @throws NotReady at the deadline, on a final failure and when the engine cancels.
 */
export async function awaitReady(call: AwaitCall): Promise<PropertyMap> {
  const judge = judgeFor(call.written, call.inputs);
  if (judge === undefined) return call.written;
  const name = nameOf(call.written);
  const deadline = Date.now() + deadlineSeconds(call.inputs, call.timeoutSeconds) * 1_000;
  const around = { api: call.api, before: call.before, isRead: false };
  let live = call.written;
  let shown = "";
  for (;;) {
    live = await call.api.get(call.written);
    const judgement = await judge(live, around);
    if (judgement.isReady) break;
    const problems = judgement.problems ?? [];
    if (judgement.isFinal) throw failure(live, problems);
    const news = statusOf(judgement);
    if (news !== shown) call.log("info", news, { ephemeral: true });
    shown = news;
    if (Date.now() >= deadline) {
      throw new NotReady(`'${name}' timed out waiting to be Ready`, live, problems);
    }
    try {
      await sleep(pauseMs, undefined, { signal: call.signal });
    } catch {
      throw new NotReady(`Resource operation was cancelled for "${name}"`, live, problems);
    }
  }
  if (shown !== "") call.log("info", "", { ephemeral: true });
  return live;
}

function statusOf({ status, problems = [] }: Judgement): string {
  return [status, ...problems].filter(Boolean).join("; ");
}

function failure(live: PropertyMap, problems: readonly string[]): NotReady {
  const message = `Resource '${nameOf(live)}' was created but failed to initialize`;
  return new NotReady(message, live, problems);
}

/**
 * Looks once, for a refresh.
 * @throws NotReady when the object is not what its kind calls ready.
 */
export async function checkReady(
  api: KubeApi,
  live: PropertyMap,
  inputs: PropertyMap,
): Promise<void> {
  if (isAnnotated(inputs, annotations.skipAwait)) return;
  const judge = judges[`${apiVersionOf(live)}/${kindOf(live)}`]?.();
  const judgement = await judge?.(live, { api, before: undefined, isRead: true });
  if (judgement && !judgement.isReady) throw failure(live, judgement.problems ?? []);
}
