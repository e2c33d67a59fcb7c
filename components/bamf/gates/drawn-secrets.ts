import { z } from "zod";
import type { KubernetesObject } from "../../kubernetes/objects/object";
import { gate, type Finding } from "../../upgrade/finding";

const { pass, block } = gate("drawn-secrets");

const texts = z.record(z.string(), z.string()).default({});
const secret = z.object({
  kind: z.literal("Secret"),
  metadata: z.object({ name: z.string() }),
  data: texts,
  stringData: texts,
});

/**
 * Lets in only Secrets whose values the stack file holds (T-22). Without a cluster to look at the chart draws tokens anew at every render, pods do not restart on them,
 * and API, proxy and bridges no longer agree; a password in the values would stand in plain text (law 6). Shows no value.
 */
export function drawnSecrets({
  objects,
  secrets,
  at,
  secretsAt,
}: {
  /** Everything of the chart that would be applied. */
  readonly objects: readonly KubernetesObject[];
  /** Secrets of the stack file. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Config path of the values. */
  readonly at: string;
  /** Config path of the secrets. */
  readonly secretsAt: string;
}): readonly Finding[] {
  const known = new Set(Object.values(secrets));
  const findings = objects
    .flatMap((object) => secret.safeParse(object).data ?? [])
    .flatMap(({ metadata, data, stringData }) => {
      const values = [
        ...Object.entries(data).map(([key, value]) => [key, decoded(value)] as const),
        ...Object.entries(stringData),
      ];
      return values
        .filter(([, value]) => value !== "" && !known.has(value))
        .map(([key]) => drawn(`Secret/${metadata.name}`, key, secretsAt));
    });
  return findings.length > 0
    ? findings
    : [
        pass({
          at,
          found: "no Secret of the chart with a value that the stack file does not hold",
        }),
      ];
}

const drawn = (at: string, key: string, secretsAt: string): Finding =>
  block({
    at,
    found: `a value of ${key} that the stack file does not hold: the chart draws it at every render, or it stands in the values`,
    expected: `a value from ${secretsAt}, the same at every render`,
    fix: `set it under ${secretsAt}, encrypted, and leave it out of the values`,
  });

const decoded = (text: string): string => Buffer.from(text, "base64").toString("utf8");
