import { expect, test } from "vitest";
import { failedRelease } from "../../../components/hosts/gates/failed-release";
import { spoken } from "../../upgrade/gates/findings";
import { NOW, seen, sum, wantedOn } from "../agents";

const failed = [{ sha256: sum("b"), release: "0.11.0", at: NOW, reason: "its unit is failed" }];
const say = (
  change: Parameters<typeof seen>[1],
  consent?: { readonly release: string; readonly reason: string },
) =>
  spoken(
    failedRelease({
      hosts: [seen("c1", change), seen("c2")],
      wantedOn,
      release: "0.11.0",
      consent,
      at: "gateways:bamfAgents.consents.retry",
    }),
  );
const when = new Date(NOW).toISOString();

test("a release that no host has swapped back passes, and so does one that runs there by now", () => {
  expect(say({})).toEqual(["pass 2 hosts: 0.11.0 has failed on none of them"]);
  expect(say({ failed, running: sum("b") })).toEqual([
    "pass 2 hosts: 0.11.0 has failed on none of them",
  ]);
});

test("a release that a host has swapped back is not tried there again by itself", () => {
  expect(say({ failed })).toEqual([
    `block host c1: 0.11.0 did not come up there at ${when}: its unit is failed`,
  ]);
});

test("it is tried again with a consent for that release, and with no other one", () => {
  expect(say({ failed }, { release: "0.11.0", reason: "the disk is mended" })).toEqual([
    "warn gateways:bamfAgents.consents.retry: another try of 0.11.0 on c1, with the operator's consent: the disk is mended",
  ]);
  expect(say({ failed }, { release: "0.10.1", reason: "the disk is mended" })).toEqual([
    "warn gateways:bamfAgents.consents.retry: a consent for 0.10.1, which is not the wanted release",
    `block host c1: 0.11.0 did not come up there at ${when}: its unit is failed`,
  ]);
});
