import { describe, expect, test } from "vitest";
import { bamfNames } from "../../components/bamf/names";
import {
  chartSecrets,
  fromOwnSecret,
  keyFor,
  podSecrets,
  secretsNeededBy,
  valuesRead,
} from "../../components/bamf/pod-secrets";
import type { Variable } from "../../components/kubernetes/edits/env";
import type { Workload } from "../../components/kubernetes/edits/workload";
import { exampleSecrets, exampleTokens } from "./example";

const names = bamfNames("bamf", {});
const ref = (name: string, secret: string, key: string, optional?: boolean): Variable => ({
  name,
  valueFrom: {
    secretKeyRef: { name: secret, key, ...(optional === undefined ? {} : { optional }) },
  },
});
const plain = (name: string, value: string): Variable => ({ name, value });

const url = "postgresql+asyncpg://bamf:$(DATABASE_PASSWORD)@db:5432/bamf?sslmode=require";
const api: readonly Variable[] = [
  ref("DATABASE_PASSWORD", "bamf-database-credentials", "password"),
  plain("BAMF_DATABASE_URL", url),
  plain("BAMF_REDIS_URL", "redis://cache:6379"),
  ref("BAMF_PROXY_INTERNAL_TOKEN", "bamf-proxy-token", "token"),
];
const withEnv = (env: readonly Variable[]): Workload => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "bamf-api" },
  spec: { template: { spec: { containers: [{ name: "api", image: "api:v1", env }] } } },
});
const edited = (env: readonly Variable[], secrets: Readonly<Record<string, string>>) =>
  fromOwnSecret({ names, secrets })(withEnv(env)).spec.template.spec.containers[0]!["env"];

describe("the environment of the pods", () => {
  test("comes from our own Secret, where the chart would keep tokens and passwords in Secrets of its own (T-22)", () => {
    expect(edited(api, exampleSecrets)).toEqual([
      ref("DATABASE_PASSWORD", "bamf", "DATABASE_PASSWORD"),
      ref("BAMF_DATABASE_URL", "bamf", "BAMF_DATABASE_URL"),
      plain("BAMF_REDIS_URL", "redis://cache:6379"),
      ref("BAMF_PROXY_INTERNAL_TOKEN", "bamf", "BAMF_PROXY_INTERNAL_TOKEN"),
    ]);
  });

  test("keeps the operator's own Secret with the password, and the chart's URL is put right (T-20)", () => {
    const theirs = api.with(0, ref("DATABASE_PASSWORD", "mine", "pw"));
    expect(edited(theirs, exampleTokens)).toEqual([
      ref("DATABASE_PASSWORD", "mine", "pw"),
      plain("BAMF_DATABASE_URL", url.replace("sslmode", "ssl")),
      plain("BAMF_REDIS_URL", "redis://cache:6379"),
      ref("BAMF_PROXY_INTERNAL_TOKEN", "bamf", "BAMF_PROXY_INTERNAL_TOKEN"),
    ]);
  });

  test("has the URL of Redis from there too, if the stack file gives one: the chart's carries no password", () => {
    const secrets = { ...exampleSecrets, BAMF_REDIS_URL: "rediss://:hush@cache" };
    expect(edited(api, secrets)).toContainEqual(ref("BAMF_REDIS_URL", "bamf", "BAMF_REDIS_URL"));
  });

  test("has each variable once, the last of those with one name (T-20)", () => {
    const twice = [...api, plain("BAMF_DATABASE_URL", url.replace("sslmode", "ssl"))];
    const found = edited(twice, {}) as readonly Variable[];
    expect(found.map(({ name }) => name)).toEqual([
      "DATABASE_PASSWORD",
      "BAMF_REDIS_URL",
      "BAMF_PROXY_INTERNAL_TOKEN",
      "BAMF_DATABASE_URL",
    ]);
  });

  test("stays what it is in the names of another release, and in Secrets that are nobody's but the operator's", () => {
    const found = ["bamf-proxy-token", "other-proxy-token", "bamf-tls"].map((one) =>
      keyFor({ names }, one),
    );
    expect(found).toEqual(["BAMF_PROXY_INTERNAL_TOKEN", undefined, undefined]);
  });

  test("stays in the Secret of the chart's name that the External Secrets Operator makes (T-29)", () => {
    const theirs = ["bamf-database-credentials"];
    const [password, own] = fromOwnSecret({ names, secrets: exampleTokens, theirs })(withEnv(api))
      .spec.template.spec.containers[0]!["env"] as readonly Variable[];
    expect(password).toEqual(api[0]);
    expect(own).toEqual(plain("BAMF_DATABASE_URL", url.replace("sslmode", "ssl")));
  });
});

test("the Secret of the pods holds what the stack file gives, and the database in the form and the parts that they read (T-20)", () => {
  expect(podSecrets(exampleSecrets)).toEqual({
    ...exampleSecrets,
    BAMF_DATABASE_URL: "postgresql+asyncpg://bamf:pa55w0rd%2F@db.example:5432/bamf?ssl=require",
    DATABASE_PASSWORD: "pa55w0rd/",
  });
  expect(podSecrets({})).toEqual({});
});

test("an install by Helm is compared with what its chart keeps in Secrets: the URLs stand in its pods in plain (T-22)", () => {
  expect(chartSecrets({ ...exampleSecrets, BAMF_REDIS_URL: "redis://cache" })).toEqual({
    ...exampleTokens,
    DATABASE_PASSWORD: "pa55w0rd/",
  });
  expect(chartSecrets(exampleTokens)).toEqual(exampleTokens);
});

describe("what a pod reads of it", () => {
  const workload = (env: readonly Variable[]) =>
    fromOwnSecret({ names, secrets: {} })(withEnv(env));

  test("is needed under the name that the stack file has for it", () => {
    expect(secretsNeededBy(names, [workload(api), workload(api)])).toEqual([
      "DATABASE_URL",
      "BAMF_PROXY_INTERNAL_TOKEN",
    ]);
  });

  test("is not needed where the pod starts without it", () => {
    const agent = workload([ref("BAMF_JOIN_TOKEN", "bamf", "BAMF_JOIN_TOKEN", true)]);
    expect(secretsNeededBy(names, [agent])).toEqual([]);
    expect(valuesRead({ names, secrets: exampleSecrets }, agent)).toEqual({});
  });

  test("changes with a token that it reads, and with no other (T-22)", () => {
    const proxy = workload([ref("BAMF_PROXY_INTERNAL_TOKEN", "bamf-proxy-token", "token")]);
    expect(valuesRead({ names, secrets: exampleSecrets }, proxy)).toEqual({
      BAMF_PROXY_INTERNAL_TOKEN: "proxy-token-of-the-stack",
    });
  });
});
