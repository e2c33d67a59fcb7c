import { expect, test } from "vitest";
import { bamf } from "../../components/bamf/product";
import { verificationInputSchema } from "../../components/steps/verification-input";
import { databaseSourceSchema } from "../../components/postgres/database-source";
import { exampleBamf, exampleSecrets } from "./example";

test("a verification asks the API itself: its Service, its port and its paths (T-35)", () => {
  const input = bamf.verification!(
    exampleBamf({ verify: { requests: { path: "/api/v1/edges" } } }),
    { workloads: [] },
  );
  expect(input).toMatchObject({
    service: { name: "bamf-api", port: 8000 },
    podPort: 8000,
    proxied: { path: "/api/v1/edges", method: "GET" },
  });
  const { shape } = verificationInputSchema;
  expect(shape.paths.parse(input.paths)).toEqual(input.paths);
  expect(shape.proxied.parse(input.proxied)).toEqual(input.proxied);
});

test("the database is reached by a URL, in the pod of the chart's own, or by a Job with the connection string of our Secret (B-19)", () => {
  const source = (database: unknown) =>
    bamf.database!.source(exampleBamf({ backup: { database } }));
  expect(source("url")).toEqual({ kind: "url" });
  expect(source({ pod: "bamf-postgresql-0" })).toMatchObject({ database: "bamf", user: "bamf" });
  expect(source({ job: {} })).toMatchObject({
    secret: { name: "bamf", key: "DATABASE_URL" },
    labels: { "app.kubernetes.io/name": "bamf", "app.kubernetes.io/instance": "bamf" },
  });
  for (const one of ["url", { pod: "bamf-postgresql-0" }, { job: {} }])
    expect(databaseSourceSchema.parse(source(one))).toEqual(source(one));
});

test("which database pods and migration use is known without a secret", () => {
  const config = { name: "bamf", settings: exampleBamf(), secrets: exampleSecrets };
  const named = bamf.database!.named(config);
  expect(named).toMatchObject({
    used: "bamf",
    usedAt: "gateways:bamfSecrets.DATABASE_URL",
    usedPlace: "db.example:5432/bamf",
  });
  expect(JSON.stringify(named)).not.toContain("pa55w0rd");
});

test("its Secret has what the pods read, the driver's form of the URL among it (T-20)", () => {
  const config = { name: "bamf", settings: exampleBamf(), secrets: exampleSecrets };
  expect(Object.keys(bamf.podSecrets!(config))).toEqual([
    ...Object.keys(exampleSecrets),
    "BAMF_DATABASE_URL",
    "DATABASE_PASSWORD",
  ]);
});
