import { expect, test } from "vitest";
import type { SecretFacts } from "../../../components/kubernetes/facts/cluster-facts";
import { adoptedSecret } from "../../../components/kubernetes/gates/adopted-secret";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbotSecrets";
const same: SecretFacts = { names: ["gateway"], lost: [], added: [], changed: [] };
const say = (secret: SecretFacts | undefined) =>
  spoken(
    adoptedSecret({
      adoption: observed({ objects: [], leftOver: [], secret }),
      secret: "gateway",
      at,
    }),
  );

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
  expect(
    spoken(adoptedSecret({ adoption: unavailable("forbidden"), secret: "gateway", at })),
  ).toEqual([`unknown ${at}: no look at the Secret of the running pods: forbidden`]);
});
