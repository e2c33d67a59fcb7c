import { z } from "zod";
import { prometheusAccessSchema } from "../prometheus/access";
import { isWithoutCredentials, matching, whole } from "./words";

/** Lines of which nothing is known but that they are errors: a pattern that matches one of them says nothing about which. */
const BARE_ERRORS = [
  "",
  '{"level":"error","message":""}',
  '{"level":"fatal","message":""}',
  "Uncaught ",
  "Unhandled ",
];
const PATTERN =
  "a regular expression that matches the words of one error, not every line of a level or of a service";

function saysWhichError(pattern: string): boolean {
  try {
    const expression = new RegExp(pattern);
    return !BARE_ERRORS.some((line) => expression.test(line));
  } catch {
    return false;
  }
}

const WEB_URL = "an http or https URL without user and password";
const share = "a share between 0 and 1";
const requestCount = whole("requests");

const requests = z.strictObject({
  count: requestCount.default(50).describe("How many requests."),
  path: matching(/^\/[^\s#]*$/, "a path that begins with /")
    .optional()
    .describe("Default: a route of the product that goes all the way through."),
  method: z
    .enum(["GET", "POST"], "GET or POST")
    .default("GET")
    .describe("A POST has an empty JSON object as its body."),
});

/** How a new release is verified. */
export const verifySchema = z.strictObject({
  seconds: whole("seconds").default(10).describe("Seconds that a new release is watched."),
  requests: z
    .union([
      requestCount.describe("How many requests."),
      requests.describe("How many requests, and which."),
    ])
    .transform((given) =>
      typeof given === "number" ? { count: given, method: "GET" as const, path: undefined } : given,
    )
    .prefault(50)
    .describe("Requests that the verification sends through the gateway."),
  url: z
    .url({ protocol: /^https?$/, error: WEB_URL })
    .refine(isWithoutCredentials, WEB_URL)
    .optional()
    .describe(
      "A URL by which users reach the gateway from outside, through the Ingress. It is asked every second of the watch.",
    ),
  ignoreLogs: z
    .array(z.string(PATTERN).refine(saysWhichError, PATTERN))
    .default([])
    .describe("Regular expressions. Error lines of a log that match one of them are ignored."),
  maxErrorRate: z
    .number(share)
    .min(0, share)
    .max(1, share)
    .default(0.01)
    .describe("Share of 5xx answers that is tolerated, 0 to 1."),
  prometheus: prometheusAccessSchema
    .optional()
    .describe(
      "Prometheus that scrapes the gateway, for the share of 5xx answers. If it has no data, or none is given, the share comes from the pods' own /metrics. Its bearer token is `gateways:<product>PrometheusToken`.",
    ),
});
