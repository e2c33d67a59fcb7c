import { describe, expect, test } from "vitest";
import { migrationJob } from "../../components/smoltbot/migration-job";
import { smoltbotNames } from "../../components/smoltbot/names";
import { exampleSmoltbot } from "./example";

const jobOf = (changes: Readonly<Record<string, unknown>> = {}) =>
  migrationJob(exampleSmoltbot(changes), smoltbotNames("smoltbot", {}), {
    "app.kubernetes.io/instance": "smoltbot",
    "app.kubernetes.io/component": "gateway",
  });

describe("the migration Job", () => {
  test("has the guide's limits, 3 retries and 300 s, and is not started by being there (S-27)", () => {
    expect(jobOf()["spec"]).toMatchObject({
      suspend: true,
      backoffLimit: 3,
      activeDeadlineSeconds: 300,
    });
    expect(jobOf({ schema: { retries: 1, deadlineSeconds: 60 } })["spec"]).toMatchObject({
      backoffLimit: 1,
      activeDeadlineSeconds: 60,
    });
  });

  test("can succeed: migrate image with v, no arguments, POSTGRES_URL, writable temp (T-05, T-07)", () => {
    expect(jobOf()["spec"]).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              image: "ghcr.io/mnemom/migrate:v1.1.0",
              env: [
                {
                  name: "POSTGRES_URL",
                  valueFrom: {
                    secretKeyRef: { name: "smoltbot-mnemom-gateway", key: "POSTGRES_URL" },
                  },
                },
                { name: "TMPDIR", value: "/tmp" },
              ],
              volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
            },
          ],
          volumes: [{ name: "tmp", emptyDir: {} }],
        },
      },
    });
    expect(JSON.stringify(jobOf())).not.toContain('"args"');
  });

  test("is named with the release and with what it does, since a Job's template cannot change", () => {
    expect(jobOf().metadata.name).toMatch(/^smoltbot-mnemom-gateway-migrate-1-1-0-[0-9a-f]{6}$/);
    expect(jobOf().metadata.name).toBe(jobOf().metadata.name);
    expect(jobOf({ schema: { retries: 1 } }).metadata.name).not.toBe(jobOf().metadata.name);
  });

  test("is not selected by the gateway's Service", () => {
    expect(jobOf().metadata.labels).toMatchObject({
      "app.kubernetes.io/instance": "smoltbot",
      "app.kubernetes.io/component": "migration",
    });
  });
});
