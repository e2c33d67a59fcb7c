import { z } from "zod";

/** One series at one moment. */
export interface Point {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const answerSchema = z.discriminatedUnion("status", [
  z.object({ status: z.literal("error"), errorType: z.string(), error: z.string() }),
  z.object({
    status: z.literal("success"),
    data: z.object({
      resultType: z.literal("vector"),
      result: z.array(
        z.object({
          metric: z.record(z.string(), z.string()),
          value: z.tuple([z.number(), z.string()]),
        }),
      ),
    }),
  }),
]);

/**
 * Reads the answer of an instant query.
 *
 * Source: prometheus/docs, "HTTP API": numbers come as text, because JSON knows neither NaN nor infinity; such points are left out.
 *
 * @throws Error in words where the body is no such answer, or says why it could not be given
 */
export function parseVector(body: string): readonly Point[] {
  const answer = answerSchema.safeParse(fromJson(body)).data;
  if (answer === undefined) throw new Error("the answer is none that Prometheus would give");
  if (answer.status === "error") throw new Error(`${answer.errorType}: ${answer.error}`);
  return answer.data.result
    .map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    .filter(({ value }) => Number.isFinite(value));
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
