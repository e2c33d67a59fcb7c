import { z } from "zod";
import type { HttpReply } from "../upgrade/platform";

const check = z.union([
  z.object({ ok: z.boolean(), warning: z.string().optional() }),
  z.string().transform((word) => ({ ok: isWell(word), warning: isWell(word) ? undefined : word })),
]);

const bodySchema = z.object({
  status: z.string(),
  checks: z.record(z.string(), check).optional(),
});

/** Words by which products say that all is well. */
const isWell = (word: string): boolean => ["ok", "ready", "healthy"].includes(word);

/**
 * What a readiness answer complains about, in words: `redis not ok, license not ok (license_expired)`; "" if all is well (S-16, T-15).
 * Source: `mnemom/smoltbot@33f9a5a`, /health/ready: status ok, not_ready or degraded, and one entry per check;
 * `mattrobinsonsre/bamf@v0.11.0:services/bamf/api/app.py`, /ready: status ready or not ready, and a word per check (T-35).
 */
export function failingChecks(reply: HttpReply): string {
  const body = parseBody(reply.body);
  if (body === undefined) return reply.status === 200 ? "" : `status ${reply.status}`;
  const bad = Object.entries(body.checks ?? {})
    .filter(([, { ok }]) => !ok)
    .map(([name, { warning }]) => `${name} not ok${warning === undefined ? "" : ` (${warning})`}`);
  if (bad.length > 0) return bad.join(", ");
  return reply.status === 200 && isWell(body.status)
    ? ""
    : `status ${reply.status}, ${body.status}`;
}

function parseBody(text: string): z.infer<typeof bodySchema> | undefined {
  try {
    return bodySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
