import { describe, expect, test } from "vitest";
import { alembicJob, type AlembicCommand } from "../../components/bamf/migration-job";
import { bamfNames } from "../../components/bamf/names";
import { exampleBamf, exampleSecrets } from "./example";

/** The chart's own hook, as upstream renders it. */
const chartJob = {
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: {
    name: "bamf-migrations-1",
    annotations: { "helm.sh/hook": "pre-install,pre-upgrade" },
    labels: { "app.kubernetes.io/component": "migrations" },
  },
  spec: {
    ttlSecondsAfterFinished: 600,
    template: {
      metadata: { labels: { "helm.sh/chart": "bamf-0.11.0" } },
      spec: {
        restartPolicy: "OnFailure",
        nodeSelector: { disk: "ssd" },
        containers: [
          {
            name: "migrations",
            image: "ghcr.io/mattrobinsonsre/bamf-api:v0.11.0",
            workingDir: "/app/alembic",
            command: ["alembic", "upgrade", "head"],
            env: [
              {
                name: "DATABASE_PASSWORD",
                valueFrom: { secretKeyRef: { name: "bamf-database-credentials", key: "password" } },
              },
              { name: "DATABASE_URL", value: "postgresql+asyncpg://db/bamf?sslmode=require" },
            ],
          },
        ],
      },
    },
  },
};

const jobOf = (
  command: AlembicCommand = { verb: "upgrade", revision: "c4f5a6b7" },
  changes: Readonly<Record<string, unknown>> = {},
) =>
  alembicJob(
    {
      config: exampleBamf(changes),
      secret: { names: bamfNames("bamf", {}), secrets: exampleSecrets },
      labels: {
        "app.kubernetes.io/name": "bamf",
        "app.kubernetes.io/instance": "bamf",
        "app.kubernetes.io/component": "api",
      },
      chartJob,
    },
    command,
  );

interface Spec {
  readonly template: { readonly spec: { readonly containers: readonly [object] } };
}
const containerOf = (job: ReturnType<typeof jobOf>) =>
  (job["spec"] as Spec).template.spec.containers[0];

describe("the Job of Alembic", () => {
  test("leads to the revision that the release knows as its last, from the folder of its settings (T-18, T-19)", () => {
    expect(containerOf(jobOf())).toMatchObject({
      image: "ghcr.io/mattrobinsonsre/bamf-api:v0.11.0",
      workingDir: "/app/alembic",
      command: ["alembic", "upgrade", "c4f5a6b7"],
    });
  });

  test("takes the URL that the driver knows from our own Secret, also where the chart would render one too late (T-20, T-29)", () => {
    expect(containerOf(jobOf())).toMatchObject({
      env: [
        {
          name: "DATABASE_PASSWORD",
          valueFrom: { secretKeyRef: { name: "bamf", key: "DATABASE_PASSWORD" } },
        },
        {
          name: "DATABASE_URL",
          valueFrom: { secretKeyRef: { name: "bamf", key: "BAMF_DATABASE_URL" } },
        },
      ],
    });
  });

  test("has a deadline, retries whose logs stay, and stays itself when it has succeeded (T-30)", () => {
    const { spec, metadata } = jobOf();
    expect(spec).toMatchObject({
      suspend: true,
      backoffLimit: 3,
      activeDeadlineSeconds: 300,
      template: { spec: { restartPolicy: "Never", nodeSelector: { disk: "ssd" } } },
    });
    expect(spec).not.toHaveProperty("ttlSecondsAfterFinished");
    expect(metadata).not.toHaveProperty("annotations");
    const schema = { deadlineSeconds: 900, retries: 0 };
    expect(jobOf(undefined, { schema })["spec"]).toMatchObject({
      backoffLimit: 0,
      activeDeadlineSeconds: 900,
    });
  });

  test("is named with the release and with what it does, and is selected by no Service", () => {
    const { metadata } = jobOf();
    expect(metadata.name).toMatch(/^bamf-migrate-0-11-0-[0-9a-f]{6}$/);
    expect(metadata.labels).toMatchObject({ "app.kubernetes.io/component": "migration" });
    const down = jobOf({ verb: "downgrade", revision: "a2b3c4d5" });
    expect(down.metadata.name).toMatch(/^bamf-downgrade-0-11-0-[0-9a-f]{6}$/);
    expect(containerOf(down)).toMatchObject({ command: ["alembic", "downgrade", "a2b3c4d5"] });
  });
});
