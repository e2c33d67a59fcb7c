import { editVariables, lastOfEach, secretKeysOf, type Variable } from "../kubernetes/edits/env";
import type { Edit, Workload } from "../kubernetes/edits/workload";
import { asyncpgUrl, passwordIn, withSsl } from "./database-url";
import type { BamfNames } from "./names";

type Secrets = Readonly<Record<string, string>>;

/** The database as pods see it, as libpq takes it. */
export const DATABASE_URL = "DATABASE_URL";
/** The same as the product's driver takes it. */
const POD_URL = "BAMF_DATABASE_URL";
const PASSWORD = "DATABASE_PASSWORD";
/** With it, Redis may have a password and TLS; the chart knows neither. */
const REDIS_URL = "BAMF_REDIS_URL";

/** Keys of our own Secret that values of the chart can name. */
export const BOOTSTRAP_TOKEN = "BAMF_BRIDGE_BOOTSTRAP_TOKEN";
const PROXY_TOKEN = "BAMF_PROXY_INTERNAL_TOKEN";
export const JOIN_TOKEN = "BAMF_JOIN_TOKEN";

/**
 * Secrets that the chart would render, each by the end of its name, and the key of our own Secret that stands for it. It would draw the token of the proxy at
 * random at each render, and keep a password of the values in plain text (T-22, law 6).
 *
 * Source: `mattrobinsonsre/bamf@v0.11.0:helm/bamf/templates`, secret-*.yaml.
 */
const CHARTS_OWN: Readonly<Record<string, string>> = {
  "proxy-token": PROXY_TOKEN,
  "bridge-bootstrap": BOOTSTRAP_TOKEN,
  "agent-join-token": JOIN_TOKEN,
  "database-credentials": PASSWORD,
  "database-read-credentials": "DATABASE_READ_PASSWORD",
  postgresql: PASSWORD,
};

/** By these the programs know each other: a bridge or a proxy with another one is refused by the API. */
export const SHARED_KEYS: readonly string[] = [PROXY_TOKEN, BOOTSTRAP_TOKEN];

/** What of our own Secret the chart would keep in Secrets of its own. */
export function chartSecrets(secrets: Secrets): Secrets {
  const charts = Object.values(CHARTS_OWN);
  return Object.fromEntries(
    Object.entries(podSecrets(secrets)).filter(([key]) => charts.includes(key)),
  );
}

/** What the Secret of the pods holds: the operator's secrets, and what follows from them. */
export function podSecrets(secrets: Secrets): Secrets {
  const url = secrets[DATABASE_URL];
  return url === undefined
    ? secrets
    : { ...secrets, [POD_URL]: asyncpgUrl(url), [PASSWORD]: passwordIn(url) };
}

/** Our own Secret in the place of the chart's. */
export interface OwnSecret {
  readonly names: Pick<BamfNames, "fullname">;
  readonly secrets: Secrets;
  /** Secrets of the chart's names that somebody else makes in the cluster, such as the External Secrets Operator: they stay. @defaultValue none */
  readonly theirs?: readonly string[];
}

/** The key of our own Secret that stands for one of the chart's; undefined for any other Secret. */
export function keyFor(
  { names: { fullname }, theirs = [] }: Omit<OwnSecret, "secrets">,
  secret: string,
): string | undefined {
  const end = secret.slice(fullname.length + 1);
  const isCharts = secret === `${fullname}-${end}` && Object.hasOwn(CHARTS_OWN, end);
  return isCharts && !theirs.includes(secret) ? CHARTS_OWN[end] : undefined;
}

/**
 * Has the pods take from our own Secret what the chart would put into Secrets or into plain text: tokens and passwords, and the whole URL of the database. If
 * another Secret holds the password alone, the chart's URL stays and is put right (T-20, T-22, T-29).
 */
export function fromOwnSecret(secret: OwnSecret): Edit {
  const { names, secrets } = secret;
  const own = ({ name, valueFrom }: Variable, key: string): Variable => {
    const { optional } = valueFrom?.secretKeyRef ?? {};
    const ref = { name: names.fullname, key, ...(optional === undefined ? {} : { optional }) };
    return { name, valueFrom: { secretKeyRef: ref } };
  };
  return editVariables((all) => {
    const redirected = lastOfEach(all).map((variable) => {
      const key = keyFor(secret, variable.valueFrom?.secretKeyRef?.name ?? "");
      return key === undefined ? variable : own(variable, key);
    });
    const isOurs =
      DATABASE_URL in secrets ||
      redirected.some(
        ({ name, valueFrom }) =>
          name === PASSWORD && valueFrom?.secretKeyRef?.name === names.fullname,
      );
    return redirected.map((variable) => {
      const { name, value } = variable;
      if (isOurs && (name === POD_URL || name === DATABASE_URL)) return own(variable, POD_URL);
      if (name === REDIS_URL && REDIS_URL in secrets) return own(variable, REDIS_URL);
      return value === undefined ? variable : { ...variable, value: withSsl(value) };
    });
  });
}

/** Secrets of the stack file without which one of these pods does not start. */
export const secretsNeededBy = (
  { fullname }: Pick<BamfNames, "fullname">,
  workloads: readonly Pick<Workload, "spec">[],
): readonly string[] => [
  ...new Set(
    keysRead(fullname, workloads).map((key) =>
      key === POD_URL || key === PASSWORD ? DATABASE_URL : key,
    ),
  ),
];

/** What of our own Secret the pods of a workload cannot start without. */
export const valuesRead = (
  { names: { fullname }, secrets }: OwnSecret,
  workload: Pick<Workload, "spec">,
): Secrets => {
  const all = podSecrets(secrets);
  return Object.fromEntries(
    keysRead(fullname, [workload]).map((key) => [key, all[key] ?? ""] as const),
  );
};

const keysRead = (
  secret: string,
  workloads: readonly Pick<Workload, "spec">[],
): readonly string[] =>
  workloads
    .flatMap(secretKeysOf)
    .filter(({ name, optional }) => name === secret && optional !== true)
    .map(({ key }) => key);
