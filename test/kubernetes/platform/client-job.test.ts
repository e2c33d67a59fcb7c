import { describe, expect, test } from "vitest";
import { clientJob } from "../../../components/kubernetes/platform/client-job";
import { leftovers } from "../../../components/kubernetes/platform/run-client";
import { clientSpec } from "../../../components/postgres/client-container";
import { databaseSourceSchema, type JobSource } from "../../../components/postgres/database-source";

const source = databaseSourceSchema.parse({
  kind: "job",
  namespace: "smoltbot",
  name: "smoltbot-mnemom-gateway",
  secret: { name: "gateway-secret", key: "POSTGRES_URL" },
  image: "postgres:16-alpine",
  imagePullSecrets: [{ name: "pull" }],
  labels: { "app.kubernetes.io/instance": "smoltbot", "app.kubernetes.io/component": "gateway" },
}) as JobSource;

describe("the Job that reaches the database", () => {
  const job = clientJob(clientSpec(source), {
    namespace: "smoltbot",
    name: "smoltbot-database-1",
  });

  test("takes the connection from the Secret, and has it nowhere else (S-04, law 6)", () => {
    expect(job["spec"]).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              image: "postgres:16-alpine",
              env: expect.arrayContaining([
                {
                  name: "DATABASE_URL",
                  valueFrom: { secretKeyRef: { name: "gateway-secret", key: "POSTGRES_URL" } },
                },
              ]) as unknown,
            },
          ],
        },
      },
    });
    expect(JSON.stringify(job)).not.toContain("postgres://");
  });

  test("ends by itself and is removed by the cluster where its maker is gone (law 2)", () => {
    expect(job["spec"]).toMatchObject({
      backoffLimit: 0,
      activeDeadlineSeconds: 43_200,
      ttlSecondsAfterFinished: 60,
    });
  });

  test("is taken for neither a gateway nor a migration, and has no rights (T-05)", () => {
    expect(job.metadata.labels).toEqual({
      "app.kubernetes.io/instance": "smoltbot",
      "app.kubernetes.io/component": "database-client",
    });
    expect(job["spec"]).toMatchObject({
      template: {
        metadata: { labels: job.metadata.labels },
        spec: {
          automountServiceAccountToken: false,
          imagePullSecrets: [{ name: "pull" }],
          securityContext: { runAsNonRoot: true },
          containers: [
            { securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false } },
          ],
        },
      },
    });
  });
});

describe("what dead runs left behind", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");
  const jobAt = (name: string, minutes: number, status: object) => ({
    metadata: { name, creationTimestamp: new Date(now - minutes * 60_000).toISOString() },
    status,
  });
  const ended = (type: string) => ({ conditions: [{ type, status: "True" }] });

  test("is what has ended, and what has been waiting for longer than anybody waits (law 2)", () => {
    const jobs = [
      jobAt("complete", 1, ended("Complete")),
      jobAt("failed", 1, ended("Failed")),
      jobAt("just made", 1, {}),
      jobAt("stuck", 11, { active: 1, ready: 0 }),
      jobAt("of another operator", 600, { active: 1, ready: 1 }),
    ] as unknown as Parameters<typeof leftovers>[0];
    expect(leftovers(jobs, now)).toEqual(["complete", "failed", "stuck"]);
  });
});
