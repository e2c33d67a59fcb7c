import { z } from "zod";
import type { KubernetesObject } from "../../kubernetes/objects/object";
import { gate, type Finding } from "../../upgrade/finding";

const { pass, warn, block } = gate("database-url");

const container = z.object({
  name: z.string(),
  env: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
});
const shape = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(container).default([]),
        initContainers: z.array(container).default([]),
      }),
    }),
  }),
});

/** Variables by which API and migrations are told of the database. Source: `mattrobinsonsre/bamf@v0.11.0:services/bamf/config.py`, alembic/env.py. */
const KEYS: ReadonlySet<string> = new Set([
  "BAMF_DATABASE_URL",
  "BAMF_DATABASE_READ_URL",
  "DATABASE_URL",
]);

/**
 * Lets no program start with a URL that its driver refuses: asyncpg knows `ssl=`, and ends with an error at the `sslmode=` that the chart writes (T-20). A variable that
 * is named twice is refused as well: the API server merges by name and would keep either. Shows no URL.
 *
 * @param objects - workloads and Job as they would be applied
 * @param lost - parameters of the URL in the stack file that the driver does not know
 */
export function databaseUrl({
  objects,
  lost,
  at,
  secretAt,
}: {
  readonly objects: readonly KubernetesObject[];
  readonly lost: readonly string[];
  /** Config path of the values. */
  readonly at: string;
  /** Config path of the URL among the secrets. */
  readonly secretAt: string;
}): readonly Finding[] {
  const findings = [
    ...objects.flatMap(judgeObject),
    ...(lost.length === 0 ? [] : [without(lost, secretAt)]),
  ];
  return findings.length > 0
    ? findings
    : [pass({ at, found: "URLs of the database that the driver reads" })];
}

function judgeObject(object: KubernetesObject): readonly Finding[] {
  const pod = shape.safeParse(object).data?.spec.template.spec;
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].flatMap(({ name, env }) => {
    const place = `${object.kind}/${object.metadata.name} container ${name}`;
    const urls = env.filter((one) => KEYS.has(one.name));
    const names = urls.map((one) => one.name);
    return [
      ...urls
        .filter(({ value }) => value !== undefined && isRefused(value))
        .map((one) => refused(place, one.name)),
      ...[...new Set(names.filter((one, index) => names.indexOf(one) !== index))].map((one) =>
        block({
          at: place,
          found: `${one} named twice in its environment`,
          expected: `${one} once`,
          fix: "remove it from extraEnv: this program sets it in the place of the chart's own",
        }),
      ),
    ];
  });
}

const refused = (at: string, what: string): Finding =>
  block({
    at,
    found: `${what} with sslmode=, at which the driver asyncpg ends with an error`,
    expected: "ssl= in its place, or nothing",
    fix: "write ssl=require for sslmode=require where the values set it, in extraEnv mostly",
  });

const without = (lost: readonly string[], at: string): Finding =>
  warn({
    at,
    found: `a URL with ${lost.join(", ")}, of which the driver of the pods knows nothing`,
    expected: "sslmode alone, which is written as the driver reads it",
    fix: "remove the others if the pods do not need them; the backup, which reads the URL as it is, may",
  });

/** True for a URL of asyncpg with the parameter of another driver. */
const isRefused = (url: string): boolean =>
  /^postgres(ql)?(\+asyncpg)?:/.test(url) && /[?&]sslmode=/.test(url);
