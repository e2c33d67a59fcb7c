import { describe, expect, test } from "vitest";
import { databaseSource } from "../../components/smoltbot/database-source";
import { databaseSourceSchema } from "../../components/postgres/database-source";
import { exampleSmoltbot } from "./example";

const sourceOf = (database: unknown, more: object = {}) =>
  databaseSource(exampleSmoltbot({ backup: { database }, ...more }));

describe("the way to the database", () => {
  test("goes through the connection string unless the stack file says otherwise", () => {
    expect(databaseSource(exampleSmoltbot())).toEqual({ kind: "url" });
  });

  test("goes through a pod of the gateway's namespace, with the chart's names (S-04, T-14)", () => {
    expect(sourceOf({ pod: "postgres-0" })).toMatchObject({
      kind: "pod",
      context: "lab",
      namespace: "smoltbot",
      pod: "postgres-0",
      database: "mnemom",
      user: "mnemom",
    });
  });

  test("goes through a Job that reads the gateway's Secret and bears the labels of its NetworkPolicies (S-04)", () => {
    expect(sourceOf({ job: {} }, { values: { imagePullSecrets: [{ name: "pull" }] } })).toEqual({
      kind: "job",
      kubeconfig: undefined,
      context: "lab",
      namespace: "smoltbot",
      name: "smoltbot-mnemom-gateway",
      secret: { name: "smoltbot-mnemom-gateway", key: "POSTGRES_URL" },
      image: "postgres:16-alpine",
      serviceAccount: undefined,
      imagePullSecrets: [{ name: "pull" }],
      labels: {
        "app.kubernetes.io/name": "mnemom-gateway",
        "app.kubernetes.io/instance": "smoltbot",
      },
      startsWithinSeconds: 120,
    });
  });

  test.each([[{ job: {} }], [{ pod: "postgres-0" }], ["url"]])(
    "is one that the steps understand: %j",
    (database) => {
      expect(databaseSourceSchema.parse(sourceOf(database))).toEqual(sourceOf(database));
    },
  );
});
