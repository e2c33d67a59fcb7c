import { expect, test } from "vitest";
import type { KubernetesObject } from "../../../components/kubernetes/objects/object";
import { releaseRules } from "../../../components/smoltbot/release-rules";
import { networkReach, targetsOf } from "../../../components/kubernetes/gates/network-reach";
import { unavailable } from "../../../components/upgrade/observation";
import { cluster } from "../../upgrade/gates/facts";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbotSecrets";
const labels = { app: "gateway" };
const policy = (name: string, spec: unknown): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name },
  spec,
});
const deny = policy("deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: [] });
const usual = policy("allow", {
  podSelector: { matchLabels: labels },
  policyTypes: ["Egress"],
  egress: [
    { ports: [{ port: 53, protocol: "UDP" }] },
    { ports: [{ port: 5432, protocol: "TCP" }] },
    { ports: [{ port: 443 }], to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] },
  ],
});
const say = (
  urls: Readonly<Record<string, string>>,
  objects: readonly KubernetesObject[] = [deny, usual],
  others: readonly KubernetesObject[] = [],
) =>
  spoken(
    networkReach({
      cluster: cluster({
        policies: others.map(({ metadata, spec }) => ({ metadata, spec: spec })),
      }),
      objects,
      labels,
      targets: targetsOf(urls, releaseRules.urlRules),
      at,
    }),
  );
const passes = [`pass ${at}: URLs at ports to which the NetworkPolicies let the pods out`];
const closed = (key: string, port: number) => [
  `warn ${at}.${key}: a URL at port ${port}, to which no NetworkPolicy lets the pods out`,
];

test("the usual ports are open, whether a URL names them or not (T-16)", () => {
  expect(say({ SUPABASE_URL: "https://a", POSTGRES_URL: "postgresql://u:p@db/x" })).toEqual(passes);
});

test("every other port is told, and nothing else of the URL (T-16)", () => {
  expect(say({ POSTGRES_URL: "postgresql://u:hush@hush:6432/x" })).toEqual(
    closed("POSTGRES_URL", 6432),
  );
  expect(say({ OTLP_ENDPOINT: "http://hush:4318" })).toEqual(closed("OTLP_ENDPOINT", 4318));
  expect(say({ SUPABASE_URL: "http://hush" })).toEqual(closed("SUPABASE_URL", 80));
  expect(say({ X: "http://hush:53" })).toEqual(passes);
  expect(say({ SUPABASE_URL: "http://hush:53" })).toEqual(closed("SUPABASE_URL", 53));
});

test.each<readonly [string, unknown]>([
  ["names the port", { podSelector: {}, egress: [{ ports: [{ port: 6432 }] }] }],
  [
    "holds it in a range",
    { podSelector: {}, egress: [{ ports: [{ port: 6000, endPort: 7000 }] }] },
  ],
  ["opens everything", { podSelector: {}, egress: [{}] }],
  ["opens every TCP port", { podSelector: {}, egress: [{ ports: [{ protocol: "TCP" }] }] }],
])("a policy of somebody else that %s is heard", (_name, spec) => {
  const urls = { POSTGRES_URL: "postgresql://u:p@db:6432/x" };
  expect(say(urls, undefined, [policy("more", spec)])).toEqual(passes);
});

test.each<readonly [string, unknown]>([
  ["is about other pods", { podSelector: { matchLabels: { app: "x" } }, egress: [{}] }],
  ["is about what comes in", { podSelector: {}, policyTypes: ["Ingress"], egress: [{}] }],
  ["names a port by a name", { podSelector: {}, egress: [{ ports: [{ port: "pg" }] }] }],
])("a policy that %s opens nothing", (_name, spec) => {
  const urls = { POSTGRES_URL: "postgresql://u:p@db:6432/x" };
  expect(say(urls, undefined, [policy("more", spec)])).toEqual(closed("POSTGRES_URL", 6432));
});

test("without a policy everything is open, and an older form of one of ours does not count", () => {
  const urls = { POSTGRES_URL: "postgresql://u:p@db:6432/x" };
  expect(say(urls, [])).toEqual(passes);
  const older = policy("allow", { podSelector: {}, egress: [{}] });
  expect(say(urls, undefined, [older])).toEqual(closed("POSTGRES_URL", 6432));
});

test("a cluster that could not be seen is an answer of its own", () => {
  const question = { cluster: unavailable("refused"), objects: [], labels, targets: [], at };
  expect(spoken(networkReach(question))).toEqual([
    `unknown ${at}: no look at the NetworkPolicies: refused`,
  ]);
});

test("a URL whose scheme has no usual port names no target, nor does one that cannot be read (T-16)", () => {
  expect(say({ OTLP_ENDPOINT: "amqp://hush", REDIS_URL: "hush" }, [deny])).toEqual(passes);
});
