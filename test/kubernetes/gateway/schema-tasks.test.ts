import { describe, expect, test } from "vitest";
import { schemaTasks } from "../../../components/kubernetes/gateway/schema-tasks";
import type { DumpTasksArgs } from "../../../components/kubernetes/gateway/dump-tasks";
import { exampleSmoltbot } from "../../smoltbot/example";
import { knownHops } from "../../upgrade/plan/known-hops";

describe("a release that knows the way between releases", () => {
  const consent = {
    ...{ release: "1.1.0", from: "1.2.0", revision: "r1", deletes: ["places", "roads"] },
    reason: "agreed",
  };
  const hops = {
    ...knownHops,
    headOf: (one: string) => ({ "1.1.0": "r1", "1.2.0": "r2", "1.3.0": "r3" })[one],
    wayDown: (newer: string, older: string) =>
      newer > older
        ? ({
            kind: "downgrade",
            revision: "r1",
            image: newer,
            deletes: ["places"],
            comesBackEmpty: [],
          } as const)
        : ({ kind: "programs-only" } as const),
  };
  const downgradeJob = (revision: string, from: string) => ({
    ...{ apiVersion: "batch/v1", kind: "Job" },
    metadata: { name: `down-${from}-${revision}` },
  });
  const release = {
    version: "1.1.0",
    workloads: [{ metadata: { name: "api" } }, { metadata: { name: "web" } }],
    job: { metadata: { name: "up" } },
    availability: { selector: {} },
    ...{ hops, downgradeJob, writers: ["api"] },
  };
  const schemaOf = (downgrade: object | undefined, more: object = {}) =>
    schemaTasks({
      ...{ gateway: "bamf", stack: "prod", source: { kind: "url" }, container: "api", secrets: {} },
      settings: { ...exampleSmoltbot(), consents: { downgrade } },
      release: { ...release, ...more },
      trackingTable: "alembic_version",
    } as unknown as DumpTasksArgs)!;

  test("tells the schema step its revisions, and nothing of a way down without a consent (B-33)", () => {
    const { task, down } = schemaOf(undefined);
    expect(task.input).toMatchObject({ revisions: ["r1"] });
    expect([task.input.down, down]).toEqual([undefined, undefined]);
  });

  test("makes a Job and a step of a way down of its own where it is consented to, and tells the schema step of it (B-29)", () => {
    const { task, down } = schemaOf(consent);
    const told = {
      ...{ job: "down-1.2.0-r1", from: "1.2.0", revision: "r1", revisions: ["r1", "r2"] },
      ...{ deletes: ["places"], writers: ["api"] },
    };
    expect(down?.job.metadata.name).toBe("down-1.2.0-r1");
    expect(down?.task.triggers).toEqual(["down-1.2.0-r1"]);
    expect(down?.task.input.down).toMatchObject({ ...told, alone: true });
    expect(task.input.down).toMatchObject(told);
    expect(task.input.down).not.toHaveProperty("alone");
  });

  test.each([
    ["another release", { ...consent, release: "1.0.0" }],
    ["another revision", { ...consent, revision: "r0" }],
    ["less than what goes", { ...consent, deletes: ["roads"] }],
    ["a release that is not newer", { ...consent, from: "1.1.0" }],
    ["a release that is not known", { ...consent, from: "1.9.0" }],
  ])("takes a consent for %s for none", (_, other) => {
    expect(schemaOf(other).down).toBeUndefined();
  });

  test("stops all workloads where the release does not say which write to the database", () => {
    const { down } = schemaOf(consent, { writers: undefined });
    expect(down?.task.input.down?.writers).toEqual(["api", "web"]);
  });

  test("of a product that knows no hops reads none from a consent", () => {
    const { task, down } = schemaOf(consent, { hops: undefined });
    expect([task.input.revisions, task.input.down, down]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
