import type { V1Job } from "@kubernetes/client-node";
import { describe, expect, test } from "vitest";
import { jobState } from "../../../components/kubernetes/objects/job-state";
import type { Json } from "../../../components/kubernetes/api/json";
import { newerThan } from "../../../components/steps/schema/newer-than";
import { sameJob } from "../../../components/kubernetes/watch/same-job";

const image = (tag: string) => `registry:5000/mnemom/gateway${tag}`;

describe("going back is recognised by what runs (S-48)", () => {
  test.each([
    ["an older release runs", "1.1.0", [":1.0.0"], undefined],
    ["the wanted release runs", "1.1.0", [":1.1.0"], undefined],
    ["a newer release runs", "1.1.0", [":1.2.0"], "1.2.0"],
    ["a newer patch runs by tag and digest", "1.1.0", [`:1.1.1@sha256:${"a".repeat(64)}`], "1.1.1"],
    [
      "two releases run, one newer: an upgrade that is being undone",
      "1.1.0",
      [":1.1.0", ":1.2.0"],
      "1.2.0",
    ],
    ["two newer ones run", "1.1.0", [":1.2.0", ":1.10.0", ":1.9.0"], "1.10.0"],
    ["nothing runs", "1.1.0", [], undefined],
    ["a tag is no version", "1.1.0", [":latest", ""], undefined],
  ])("when %s", (_, wanted, tags, newer) => {
    expect(newerThan(wanted, tags.map(image))).toBe(newer);
  });
});

const job = (spec: object, status: object = {}) => ({ spec, status }) as unknown as Json<V1Job>;
const ended = (type: string, reason = "") => ({ conditions: [{ type, status: "True", reason }] });

describe("a Job is", () => {
  test.each([
    ["suspended", job({ suspend: true })],
    ["waiting", job({ suspend: false })],
    ["active", job({ suspend: false }, { active: 1 })],
    ["complete", job({ suspend: false }, ended("Complete"))],
    ["complete", job({ suspend: true }, ended("Complete"))],
    ["failed", job({ suspend: false }, { active: 0, ...ended("Failed", "DeadlineExceeded") })],
  ])("%s by its conditions first (S-32)", (state, live) => {
    expect(jobState(live).state).toBe(state);
  });
});

test("a failed Job is made again as it was, without what the server added, and runs at once", () => {
  const own = { "app.kubernetes.io/component": "migration" };
  const live = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: "migrate",
      namespace: "smoltbot",
      uid: "u",
      resourceVersion: "7",
      labels: own,
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      suspend: true,
      backoffLimit: 3,
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": "u" } },
      template: {
        metadata: {
          labels: { ...own, "controller-uid": "u", "batch.kubernetes.io/job-name": "migrate" },
        },
        spec: { restartPolicy: "Never", containers: [] },
      },
    },
    status: ended("Failed"),
  } as unknown as Json<V1Job>;
  expect(JSON.parse(JSON.stringify(sameJob(live)))).toEqual({
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: "migrate",
      namespace: "smoltbot",
      labels: own,
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      suspend: false,
      backoffLimit: 3,
      template: { metadata: { labels: own }, spec: { restartPolicy: "Never", containers: [] } },
    },
  });
});
