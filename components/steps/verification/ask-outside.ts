import { setTimeout as pause } from "node:timers/promises";
import { hasFired } from "./has-fired";
import type { Probe } from "./judge-probes";
import type { VerificationTask } from "../verification-input";
import { patientSignal } from "../../upgrade/patience";

/** Longest wait for one answer, in milliseconds. */
const timeout = 5000;

/** Requests that are sent from outside during the window: one a second, and a few at least. */
export const requestsFromOutside = ({ url, seconds }: VerificationTask): number =>
  url === undefined ? 0 : Math.max(3, Math.ceil(seconds));

/**
 * Sends requests to the URL of the stack file, evenly over the window (S-20): by the way that users take, with DNS, Ingress and
 * certificate. A redirect is no answer of the gateway, and is not followed.
 *
 * @param answered - is given each one when it is answered, or not in time
 * @param enough - no more are sent, and none is waited for, once this fires
 */
export async function askOutside(
  task: VerificationTask,
  answered: (probe: Probe) => void,
  enough: AbortSignal,
): Promise<void> {
  const { url } = task;
  if (url === undefined) return;
  const requests = requestsFromOutside(task);
  const underWay: Promise<void>[] = [];
  const stopped = hasFired(enough);
  for (let sent = 0; sent < requests && !enough.aborted; sent += 1) {
    underWay.push(
      askOnce(url, task.proxied.headers).then((answer) => {
        if (!enough.aborted) answered({ by: "url", path: url, ok: task.proxied.ok, ...answer });
      }),
    );
    await Promise.race([pause((task.seconds * 1000) / requests), stopped]);
  }
  await Promise.race([Promise.all(underWay), stopped]);
}

async function askOnce(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Pick<Probe, "reply" | "silence">> {
  try {
    const signal = patientSignal(timeout);
    const answer = await fetch(url, { headers, redirect: "manual", signal });
    return { reply: { status: answer.status, body: await answer.text() } };
  } catch (error) {
    return { reply: undefined, silence: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `not within ${timeout / 1000} s`;
  return error.cause instanceof Error ? error.cause.message : error.message;
}
