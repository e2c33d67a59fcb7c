import { expect, test } from "vitest";
import { databaseUrl } from "../../../components/bamf/gates/database-url";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:bamf.values";
const url = (query: string) =>
  `postgresql+asyncpg://bamf:$(DATABASE_PASSWORD)@db:5432/bamf${query}`;
const api = (...values: readonly string[]): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "bamf-api" },
  spec: {
    template: {
      spec: {
        containers: [
          { name: "api", env: values.map((value) => ({ name: "BAMF_DATABASE_URL", value })) },
        ],
      },
    },
  },
});
const job: KubernetesObject = {
  ...api(),
  kind: "Job",
  metadata: { name: "bamf-migrations" },
  spec: {
    template: {
      spec: {
        containers: [
          { name: "migrations", env: [{ name: "DATABASE_URL", value: url("?sslmode=disable") }] },
        ],
      },
    },
  },
};
const secretAt = "gateways:bamfSecrets.DATABASE_URL";
const passes = [`pass ${at}: URLs of the database that the driver reads`];
const refusal = "with sslmode=, at which the driver asyncpg ends with an error";
/** A Deployment with these containers, and these that run before them. */
const deployment = (containers: readonly object[], initContainers: readonly object[] = []) => ({
  ...api(),
  spec: { template: { spec: { containers, initContainers } } },
});
const ask = (objects: readonly KubernetesObject[], lost: readonly string[] = []) =>
  databaseUrl({ objects, lost, at, secretAt });

test("a URL with ssl= passes, and one that comes from a Secret is not looked into", () => {
  expect(spoken(ask([api(url("?ssl=require"))]))).toEqual(passes);
  expect(spoken(ask([deployment([{ name: "api", env: [{ name: "DATABASE_URL" }] }])]))).toEqual(
    passes,
  );
});

test("an object that starts no pods passes: it has no environment", () => {
  const service = { apiVersion: "v1", kind: "Service", metadata: { name: "bamf-api" }, spec: {} };
  expect(spoken(ask([service]))).toEqual(passes);
});

test("sslmode= blocks in a container that runs before the API as well (T-20)", () => {
  const env = [{ name: "BAMF_DATABASE_READ_URL", value: url("?sslmode=require") }];
  expect(spoken(ask([deployment([{ name: "api" }], [{ name: "wait", env }])]))).toEqual([
    `block Deployment/bamf-api container wait: BAMF_DATABASE_READ_URL ${refusal}`,
  ]);
});

test("sslmode= blocks whether or not the URL names the driver (T-20)", () => {
  const words = [`block Deployment/bamf-api container api: BAMF_DATABASE_URL ${refusal}`];
  expect(spoken(ask([api("postgresql://db/bamf?sslmode=require")]))).toEqual(words);
  expect(spoken(ask([api("postgres://db/bamf?sslmode=require")]))).toEqual(words);
});

test("a URL of another driver passes with sslmode=, which that one may know", () => {
  expect(spoken(ask([api("jdbc:postgresql://db/bamf?sslmode=require")]))).toEqual(passes);
});

test("a variable that neither API nor migrations read passes with sslmode=, and named twice", () => {
  const value = url("?sslmode=require");
  const env = [
    { name: "REPORTS_URL", value },
    { name: "REPORTS_URL", value },
  ];
  expect(spoken(ask([deployment([{ name: "api", env }])]))).toEqual(passes);
});

test("sslmode= blocks in the API and in the migration (T-20)", () => {
  const findings = ask([api(url("?sslmode=require")), job]);
  expect(spoken(findings)).toEqual([
    `block Deployment/bamf-api container api: BAMF_DATABASE_URL ${refusal}`,
    `block Job/bamf-migrations container migrations: DATABASE_URL ${refusal}`,
  ]);
  expect(JSON.stringify(findings)).not.toContain("db:5432");
});

test("a variable that is named twice blocks: the API server would keep either (T-20)", () => {
  expect(spoken(ask([api(url("?ssl=require"), url("?ssl=disable"))]))).toEqual([
    "block Deployment/bamf-api container api: BAMF_DATABASE_URL named twice in its environment",
  ]);
});

test("parameters that the driver does not know are told: the pods go without them (T-20)", () => {
  expect(spoken(ask([], ["application_name", "sslrootcert"]))).toEqual([
    `warn ${secretAt}: a URL with application_name, sslrootcert, of which the driver of the pods knows nothing`,
  ]);
});
