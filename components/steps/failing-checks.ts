import { z } from "zod";
import type { HttpReply } from "../upgrade/platform";

const bodySchema = z.object({
  status: z.string(),
  checks: z
    .record(z.string(), z.object({ ok: z.boolean(), warning: z.string().optional() }))
    .optional(),
});

/**
 * What a readiness answer complains about, in words: `redis not ok, license not ok (license_expired)`; "" if all is well (S-16, T-15).
 * Source: `mnemom/smoltbot@33f9a5a`, /health/ready: status ok, not_ready or degraded, and one entry per check.
 */
export function failingChecks(reply: HttpReply): string {
  const body = parseBody(reply.body);
  if (body === undefined) return reply.status === 200 ? "" : `status ${reply.status}`;
  const bad = Object.entries(body.checks ?? {})
    .filter(([, check]) => !check.ok)
    .map(([name, { warning }]) => `${name} not ok${warning === undefined ? "" : ` (${warning})`}`);
  if (bad.length > 0) return bad.join(", ");
  return reply.status === 200 && body.status === "ok"
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
