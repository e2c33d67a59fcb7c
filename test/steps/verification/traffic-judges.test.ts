import { describe, expect, test } from "vitest";
import { isCertainlyAbove } from "../../../components/steps/verification/error-rate-bound";
import {
  judgeTraffic,
  parseRequests,
  remember,
  type Sample,
  type TrafficVerdict,
} from "../../../components/steps/verification/judge-traffic";
import {
  reportBaseline,
  reportTraffic,
  trafficEvidence,
  trafficFaults,
} from "../../../components/steps/verification/report-traffic";
import { verificationInputSchema } from "../../../components/steps/verification-input";
import { weighTraffic } from "../../../components/steps/verification/weigh-traffic";
import { observed, unavailable } from "../../../components/upgrade/observation";

const metric = "gateway_requests_total";
const text = (good: number, bad: number) => `# HELP ${metric} x
# TYPE ${metric} counter
${metric}{provider="anthropic",status="200"} ${good}
${metric}{provider="openai",status="200"} 1
${metric}{provider="unknown",status="502"} ${bad} 1700000000000
${metric}_other{status="500"} 7
`;

test("a pod's metrics are summed by status, over all providers", () => {
  expect([...parseRequests(text(4, 2), metric)]).toEqual([
    ["200", 5],
    ["502", 2],
  ]);
});

test("what is no number of requests by status is not counted, however it is spaced", () => {
  const odd = `${metric}{ provider="a", status="200"}   4
${metric}{provider="a"} 3
${metric}{status="500"} NaN
${metric}{status="502"}
`;
  expect([...parseRequests(odd, metric)]).toEqual([["200", 4]]);
});

const sample = (good: number, bad: number, pod = "a"): Sample =>
  new Map([[pod, parseRequests(text(good, bad), metric)]]);
const nothing: Sample = new Map();

describe("the traffic of a source", () => {
  test.each<[string, Sample, Sample, TrafficVerdict["verdict"]]>([
    ["good while no more than the allowed share fails", sample(0, 0), sample(99, 1), "good"],
    ["bad when more fails", sample(0, 0), sample(98, 2), "bad"],
    ["neither when nothing was counted", sample(5, 1), sample(5, 1), "no data"],
    ["neither when no pod told anything", nothing, nothing, "no data"],
    ["judged from zero in a pod that has restarted", sample(500, 0), sample(1, 1), "bad"],
    ["judged from zero in a pod that is new", nothing, sample(1, 1), "bad"],
  ])("is %s (S-49)", (_, before, after, verdict) => {
    expect(judgeTraffic(before, observed(after), ["a"], 0.01, "pod").verdict).toBe(verdict);
  });

  test("of a pod that has restarted is what it has counted since then (S-49)", () => {
    const verdict = judgeTraffic(sample(500, 7), observed(sample(1, 1)), ["a"], 0.01, "pod");
    expect(verdict).toMatchObject({ requests: 3, errors: 1 });
  });

  test("that could not be asked is no data, with the reason (S-49)", () => {
    const after = unavailable("connection refused by prometheus:9090");
    expect(judgeTraffic(nothing, after, ["a"], 0.01, "pod")).toEqual({
      requests: 0,
      errors: 0,
      verdict: "no data",
      text: "connection refused by prometheus:9090",
    });
  });

  test("that knows some of the pods may say bad, and may not say good (S-49)", () => {
    const known = (bad: number) =>
      judgeTraffic(nothing, observed(sample(50, bad)), ["a", "b"], 0.01, "pod");
    expect(known(0)).toMatchObject({ verdict: "no data", text: "only 1 of 2 pods are known" });
    const there = judgeTraffic(nothing, observed(sample(50, 0)), ["a", "b"], 0.01, "container");
    expect(there.text).toBe("only 1 of 2 containers are known");
    expect(known(9)).toMatchObject({
      verdict: "bad",
      text: "9 of 60 answers with status 5xx, known of 1 of 2 pods",
    });
  });

  test("is counted from the first sample of each first pod, even a late one; from zero in later pods", () => {
    const late = remember(nothing, sample(100, 50), ["a"]);
    const later = remember(late, new Map([...sample(110, 50), ...sample(3, 1, "b")]), ["a"]);
    const now = new Map([...sample(120, 50), ...sample(3, 1, "b")]);
    expect(judgeTraffic(later, observed(now), ["a", "b"], 0.01, "pod")).toMatchObject({
      requests: 25,
      errors: 1,
    });
  });
});

describe("a share of errors", () => {
  test.each([
    [5, 10, 0.01, true],
    [20, 100, 0.01, true],
    [1, 20, 0, true],
    [10, 10, 0.5, false],
    [20, 20, 0.5, true],
    [9, 9, 0.01, false],
    [3, 30, 0.01, false],
    [2, 100, 0.01, false],
    [1, 100, 0.01, false],
    [0, 100_000, 0.01, false],
    [500, 1000, 1, false],
    [0, 0, 0.01, false],
  ])("of %i in %i answers with %f allowed is certain: %s (S-49)", (errors, requests, max, sure) => {
    expect(isCertainlyAbove({ errors, requests }, max)).toBe(sure);
  });
});

describe("of two sources", () => {
  const of = (verdict: TrafficVerdict["verdict"], errors = 0): TrafficVerdict => ({
    verdict,
    requests: 40,
    errors,
    text: verdict === "no data" ? "silence" : `${errors} of 40 answers with status 5xx`,
  });

  test.each([
    ["Prometheus counts where it has data", of("good"), of("good"), "good", "prometheus"],
    ["whoever says bad counts, the pods", of("good"), of("bad"), "bad", "pods"],
    ["whoever says bad counts, Prometheus", of("bad"), of("good"), "bad", "prometheus"],
    ["the pods count where Prometheus is silent", of("no data"), of("good"), "good", "pods"],
    ["the pods count where there is no Prometheus", undefined, of("good"), "good", "pods"],
    ["none counts where both are silent", of("no data"), of("no data"), "no data", "none"],
  ])("%s (S-49)", (_, prometheus, pods, verdict, source) => {
    expect(weighTraffic(prometheus, pods, "pod")).toMatchObject({ verdict, source });
  });

  test("the silent one is told with its reason beside the verdict of the other", () => {
    expect(weighTraffic(of("no data"), of("good", 0), "pod").text).toBe(
      "0 of 40 answers with status 5xx, counted by the pods' own /metrics; no data from Prometheus: silence",
    );
  });

  test("the silence of both is said, and what is left to judge by", () => {
    expect(reportTraffic(weighTraffic(of("no data"), of("no data"), "container"))).toBe(
      "no data; the release is judged by the requests of this verification alone (no data from Prometheus: silence; no data from the containers' own /metrics: silence)",
    );
  });
});

describe("what was before the upgrade", () => {
  const task = verificationInputSchema.parse({
    namespace: "smoltbot",
    release: "1.2.0",
    configHash: "a",
    wayBack: "go back",
    workloads: [{ name: "gateway", container: "gateway", image: "gateway:1.2.0", http: true }],
    service: { name: "gateway", port: 8787 },
    prometheus: { url: "http://prometheus:9090" },
  });

  test.each([
    ["nothing where no Prometheus is configured", undefined, undefined],
    [
      "its share",
      observed({ requests: 1000, errors: 3 }),
      "before this release, in 60 min: 3 of 1000 answers with status 5xx",
    ],
    [
      "that it was no better",
      observed({ requests: 1000, errors: 30 }),
      "before this release, in 60 min: 30 of 1000 answers with status 5xx, which was already more than allowed",
    ],
    [
      "that nothing is known",
      observed({ requests: 0, errors: 0 }),
      "Prometheus knows of no answer before this release",
    ],
    [
      "why it is not known",
      unavailable("connection refused by prometheus:9090"),
      "what the gateway answered before is not known: Prometheus could not be asked, connection refused by prometheus:9090",
    ],
  ])("is told: %s", (_, baseline, told) => {
    expect(reportBaseline(baseline, task)).toBe(told);
  });

  test("is said beside a bad verdict, and is no verdict itself (S-49)", () => {
    expect(trafficFaults({ verdict: "good", text: "" }, 0.01, "before: 30 of 100")).toEqual([]);
    expect(trafficFaults({ verdict: "no data", text: "" }, 0.01, undefined)).toEqual([]);
    expect(trafficFaults({ verdict: "bad", text: "2 of 3" }, 0.01, "before: 0 of 100")).toEqual([
      { kind: "traffic", text: "2 of 3, at most 1 % allowed (before: 0 of 100)" },
    ]);
  });

  test("stays in the evidence beside the verdict and its source", () => {
    const traffic = { verdict: "good", source: "prometheus", requests: 40, errors: 0 } as const;
    const before = { requests: 1000, errors: 3 };
    expect(trafficEvidence({ ...traffic, text: "" }, observed(before))).toEqual({
      ...traffic,
      before,
    });
    expect(trafficEvidence({ ...traffic, text: "" }, undefined)).toEqual(traffic);
  });
});
