import { expect, test } from "vitest";
import { smoltbotNames } from "../../components/smoltbot/names";

test.each([
  ["smoltbot", {}, "smoltbot-mnemom-gateway"],
  ["my-mnemom-gateway", {}, "my-mnemom-gateway"],
  ["smoltbot", { nameOverride: "gw" }, "smoltbot-gw"],
  ["smoltbot", { fullnameOverride: "edge" }, "edge"],
  ["a".repeat(60), {}, `${"a".repeat(60)}-mn`],
  ["a".repeat(62), {}, "a".repeat(62)],
])(
  "release %s with values %j has objects named %s, as the chart makes them",
  (release, values, name) => {
    expect(smoltbotNames(release, values).fullname).toBe(name);
  },
);

test("workloads are named after the whole", () => {
  expect(smoltbotNames("smoltbot", {})).toEqual({
    fullname: "smoltbot-mnemom-gateway",
    gateway: "smoltbot-mnemom-gateway-gateway",
    observer: "smoltbot-mnemom-gateway-observer",
  });
});
