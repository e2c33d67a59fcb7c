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
const ask = (objects: readonly KubernetesObject[], lost: readonly string[] = []) =>
  databaseUrl({ objects, lost, at, secretAt });

test("a URL with ssl= passes, and one that comes from a Secret is not looked into", () => {
  expect(spoken(ask([api(url("?ssl=require"))]))).toEqual([
    `pass ${at}: URLs of the database that the driver reads`,
  ]);
});

test("sslmode= blocks in the API and in the migration (T-20)", () => {
  const findings = ask([api(url("?sslmode=require")), job]);
  const words = "with sslmode=, at which the driver asyncpg ends with an error";
  expect(spoken(findings)).toEqual([
    `block Deployment/bamf-api container api: BAMF_DATABASE_URL ${words}`,
    `block Job/bamf-migrations container migrations: DATABASE_URL ${words}`,
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
