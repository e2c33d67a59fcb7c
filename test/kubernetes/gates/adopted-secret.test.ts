import { expect, test } from "vitest";
import type { SecretFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { adoptedSecret } from "../../../components/kubernetes/gates/adopted-secret";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbotSecrets";
const rest = {
  secret: "gateway",
  place: { context: "prod", namespace: "smoltbot" },
  at: (key?: string) => (key === undefined ? at : `${at}.${key}`),
};
const same: SecretFacts = { names: ["gateway"], lost: [], added: [], changed: [] };
const ask = (secret: SecretFacts | undefined, shared?: readonly string[]) =>
  adoptedSecret({
    adoption: observed({ objects: [], leftOver: [], secret }),
    ...rest,
    ...(shared === undefined ? {} : { shared }),
  });
const say = (...args: Parameters<typeof ask>) => spoken(ask(...args));

test("the same keys and values pass", () => {
  expect(say(same)).toEqual([`pass ${at}: the same as in Secret gateway`]);
});

test("every key that differs is named, by kind of difference", () => {
  expect(
    say({ ...same, lost: ["REDIS_URL"], added: ["POSTGRES_URL"], changed: ["A", "B"] }),
  ).toEqual([
    `warn ${at}: it is missing what Secret gateway has: REDIS_URL`,
    `warn ${at}: it has what Secret gateway has not: POSTGRES_URL`,
    `warn ${at}: it has other values than Secret gateway: A, B`,
  ]);
});

test("a Secret of another name is told: pods keep it until they are rolled over", () => {
  expect(say({ ...same, names: ["company"] })).toEqual([
    `warn ${at}: running pods with Secret company`,
  ]);
});

test("pods without a Secret are told", () => {
  expect(say(undefined)).toEqual([`warn ${at}: running pods that use no Secret`]);
});

test("a Secret that could not be seen is unknown, with the reason", () => {
  expect(spoken(adoptedSecret({ adoption: unavailable("forbidden"), ...rest }))).toEqual([
    `unknown ${at}: no look at the Secret of the running pods: forbidden`,
  ]);
});

const drawn: SecretFacts = {
  names: ["bamf-proxy-token"],
  kept: ["database-password"],
  places: { PROXY: { secret: "bamf-proxy-token", key: "token" } },
  lost: [],
  added: [],
  changed: [],
};

test("a token by which programs know each other is refused where it is another one than the chart has drawn, with the command that copies it unseen (T-22)", () => {
  const findings = ask({ ...drawn, changed: ["PROXY", "OTHER"] }, ["PROXY"]);
  expect(spoken(findings)).toEqual([
    `block ${at}.PROXY: another value than Secret bamf-proxy-token`,
    `warn ${at}: it has other values than Secret bamf-proxy-token: OTHER`,
    `warn ${at}: running pods with Secret bamf-proxy-token`,
  ]);
  expect(findings[0]?.fix).toContain(
    `kubectl --context prod --namespace smoltbot get secret bamf-proxy-token --output jsonpath='{.data.token}' | base64 --decode | pulumi config set --secret --path '${at}.PROXY'`,
  );
});

test("such a token is refused as well where the stack file has none, and the same one passes (T-22)", () => {
  expect(say({ ...drawn, lost: ["PROXY"] }, ["PROXY"])[0]).toBe(
    `block ${at}.PROXY: no value, and Secret bamf-proxy-token has one`,
  );
  expect(say({ ...drawn, names: ["gateway"] }, ["PROXY"])).toEqual([
    `pass ${at}: the same as in Secret gateway`,
  ]);
});

test("a Secret that the pods keep is nothing to delete", () => {
  expect(JSON.stringify(ask(drawn))).not.toContain("database-password");
  expect(say({ ...drawn, names: [] })).toEqual([`pass ${at}: the same as in the install`]);
});
