import { expect, test } from "vitest";
import { hostMachine } from "../../../components/hosts/gates/host-machine";
import { spoken } from "../../upgrade/gates/findings";
import { seen } from "../agents";

const assets = { x86_64: "bamf-agent-linux-amd64", aarch64: "bamf-agent-linux-arm64" };
const say = (...machines: readonly (string | undefined)[]) =>
  spoken(hostMachine({ hosts: machines.map((machine) => seen("c1", { machine })), assets }));

test("machines for which the release has a file pass (T-31)", () => {
  expect(say("x86_64")).toEqual(["pass host c1: machine x86_64"]);
  expect(say("x86_64", "aarch64")).toEqual(["pass 2 hosts: machine x86_64, aarch64"]);
  expect(say()).toEqual([]);
});

test("another machine, or none told, stops the rollout before anything is sent (T-31)", () => {
  expect(say("x86_64", "armv7l")).toEqual(["block host c1: machine armv7l"]);
  expect(say(undefined)).toEqual(["block host c1: no machine told"]);
});
