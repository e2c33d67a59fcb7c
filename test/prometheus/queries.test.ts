import { describe, expect, test } from "vitest";
import { prometheusAccessSchema } from "../../components/prometheus/access";
import { addUp } from "../../components/prometheus/add-up";
import { parseVector } from "../../components/prometheus/parse-vector";
import { baselineQuery, requestsQuery, scrapedQuery } from "../../components/prometheus/queries";

const url = "http://prometheus:9090";
const plain = prometheusAccessSchema.parse({ url });
const subject = { namespace: "smoltbot", pods: ["gateway-a", "gateway.b"] };

describe("a query", () => {
  test("asks for the given pods of one namespace by their exact names (S-49)", () => {
    expect(requestsQuery(plain, "requests_total", subject)).toBe(
      String.raw`sum by (pod, status) (requests_total{namespace="smoltbot",pod=~"gateway-a|gateway\\.b"})`,
    );
    expect(scrapedQuery(plain, { namespace: "smoltbot" })).toBe(
      'max by (pod) (up{namespace="smoltbot"})',
    );
  });

  test("leaves the given pods out of what was before (S-49)", () => {
    expect(baselineQuery(plain, "requests_total", { namespace: "smoltbot", pods: ["a"] })).toBe(
      'sum by (status) (increase(requests_total{namespace="smoltbot",pod!~"a"}[60m]))',
    );
  });

  test("names the labels as this Prometheus does, and quotes whatever the stack file holds", () => {
    const access = prometheusAccessSchema.parse({
      url,
      labels: { pod: "kubernetes_pod_name" },
      matchers: { cluster: 'a"b\\' },
    });
    expect(scrapedQuery(access, { namespace: "smoltbot" })).toBe(
      String.raw`max by (kubernetes_pod_name) (up{namespace="smoltbot",cluster="a\"b\\"})`,
    );
  });
});

describe("an answer", () => {
  const vector = (...result: readonly unknown[]) =>
    JSON.stringify({ status: "success", data: { resultType: "vector", result } });
  const point = (status: string, value: string) => ({ metric: { status }, value: [1.5, value] });

  test("is read point by point, without what is no number", () => {
    expect(parseVector(vector(point("200", "7"), point("500", "NaN")))).toEqual([
      { labels: { status: "200" }, value: 7 },
    ]);
  });

  test("may be empty", () => {
    expect(parseVector(vector())).toEqual([]);
  });

  test("that refuses the query gives its reason", () => {
    const error = { status: "error", errorType: "bad_data", error: "parse error" };
    expect(() => parseVector(JSON.stringify(error))).toThrow("bad_data: parse error");
  });

  test.each(["<html>", "{}", vector({ metric: {}, value: ["x"] })])(
    "of another program is refused: %s",
    (body) => {
      expect(() => parseVector(body)).toThrow("none that Prometheus would give");
    },
  );

  test("is added up to all answers and those with 5xx, without fractions", () => {
    const points = parseVector(
      vector(point("200", "96.7"), point("404", "1"), point("502", "3.2")),
    );
    expect(addUp(points)).toEqual({ requests: 101, errors: 3 });
  });
});
