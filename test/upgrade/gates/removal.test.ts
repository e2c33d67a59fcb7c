import { expect, test } from "vitest";
import { removal } from "../../../components/upgrade/gates/removal";
import { spoken, step } from "./findings";

const at = "gateways:smoltbot.consents.removal";
const say = (release?: string) =>
  spoken(
    removal({
      plan: step("1.2.0", "1.2.0"),
      consent: release === undefined ? undefined : { release, reason: "moved to another cluster" },
      takes: "its workloads, Services and Secrets",
      leaves: "namespace smoltbot, the database and the dumps",
      at,
    }),
  );

test("a gateway without a consent to its removal is protected", () => {
  expect(say()).toEqual([`pass ${at}: a gateway that is protected`]);
});

test("a consent says what a removal takes and what it leaves", () => {
  expect(say("1.2.0")).toEqual([
    `warn ${at}: a consent to remove the gateway: moved to another cluster. After this up, pulumi destroy deletes its workloads, Services and Secrets; it leaves namespace smoltbot, the database and the dumps`,
  ]);
});

test("a consent for another release removes nothing", () => {
  expect(say("1.1.0")).toEqual([
    `warn ${at}: a consent to remove 1.1.0, which this is not: the gateway stays protected`,
  ]);
});
