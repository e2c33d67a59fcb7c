import { expect, test } from "vitest";
import { licenseInstance } from "../../../components/smoltbot/gates/license-instance";
import { spoken } from "../../upgrade/gates/findings";

const at = "gateways:smoltbot.values.config.GATEWAY_VERSION";
const say = (instance: string | undefined, activations: number | undefined) =>
  spoken(licenseInstance({ instance, release: "1.2.0", activations, at }));

test.each([undefined, ""])("the gateway's own name passes (T-10)", (instance) => {
  expect(say(instance, 3)).toEqual([
    `pass ${at}: the gateway's own name, the same in every release`,
  ]);
});

test.each([
  ["a name that stays", "edge-1", 3],
  ["a name with the release under a license without a limit", "edge-1.2.0", undefined],
])("%s passes (T-10)", (_, instance, activations) => {
  expect(say(instance, activations)).toEqual([`pass ${at}: a name that costs no activation`]);
});

test("a name with the release under a license with a limit warns (T-10, T-11)", () => {
  expect(say("edge-1.2.0", 3)).toEqual([
    `warn ${at}: a name that carries the release, with 3 activations in the license`,
  ]);
});
