import pRetry from "p-retry";
import type { PrometheusAccess } from "./access";
import type { HttpReply } from "../upgrade/platform";
import { parseVector, type Point } from "./parse-vector";
import { patientSignal } from "../upgrade/patience";

/** A way to ask one Prometheus. Every error is one clean sentence without a secret. */
export interface PrometheusClient {
  /**
   * The points of an instant query, now.
   *
   * @param retries - how often a question that was not answered is asked again, half a second apart
   * @param within - milliseconds for all of that together, which one answer may take as well. Default: a few seconds for each try
   * @throws Error if it does not answer in time, or answers with something else
   */
  readonly ask: (query: string, retries: number, within?: number) => Promise<readonly Point[]>;
}

/** Longest wait for one answer, in milliseconds. */
const timeout = 3000;

/** Between two tries, in milliseconds. */
const PAUSE_MS = 500;

/** Sends nothing before the first question. */
export function openPrometheus(
  { url }: PrometheusAccess,
  token: string | undefined,
): PrometheusClient {
  const place = new URL("api/v1/query", url.endsWith("/") ? url : `${url}/`);
  const headers: Record<string, string> =
    token === undefined ? {} : { authorization: `Bearer ${token}` };
  const once = async (query: string, limit: number): Promise<readonly Point[]> => {
    const signal = patientSignal(limit);
    const sent = { method: "POST", body: new URLSearchParams({ query }), headers, signal };
    const { status, body } = await exchange(place, sent).catch((error: unknown) => {
      throw new Error(`${reasonOf(error, limit)} by ${place.host}`);
    });
    // A refused query comes with its reason in the body; whatever else stands before Prometheus has only a status.
    if (status !== 200 && !body.startsWith('{"status"'))
      throw new Error(`status ${status} from ${place.host}`);
    return parseVector(body);
  };
  return {
    ask: (query, retries, within) => {
      const end = Date.now() + (within ?? Infinity);
      const left = () => Math.max(1, within === undefined ? timeout : end - Date.now());
      const shouldRetry = () => Date.now() + PAUSE_MS < end;
      const pauses = { factor: 1, minTimeout: PAUSE_MS, maxTimeout: PAUSE_MS };
      return pRetry(() => once(query, left()), { retries, ...pauses, shouldRetry });
    },
  };
}

async function exchange(place: URL, sent: RequestInit): Promise<HttpReply> {
  // A redirect would lead the token elsewhere.
  const reply = await fetch(place, { ...sent, redirect: "error" });
  return { status: reply.status, body: await reply.text() };
}

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  ENOTFOUND: "name not found, asked",
  EHOSTUNREACH: "host unreachable",
};

function reasonOf(error: unknown, limit: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${Math.round(limit / 100) / 10} s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return words[code] ?? (cause instanceof Error ? cause.message : error.message);
}
