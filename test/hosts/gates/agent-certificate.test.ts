import { expect, test } from "vitest";
import { agentCertificate } from "../../../components/hosts/gates/agent-certificate";
import { spoken } from "../../upgrade/gates/findings";
import { DAY, NOW, seen } from "../agents";

const say = (certificateEnds: number | undefined) =>
  spoken(agentCertificate({ hosts: [seen("c1", { certificateEnds })] }));

test("a certificate that is good for a week passes (B-39)", () => {
  expect(say(NOW + 7 * DAY)).toEqual(["pass host c1: a certificate that is good for days"]);
});

test("one that ends sooner, or has ended, stops the rollout: the agent would not come back (B-39)", () => {
  const soon = new Date(NOW + 6 * DAY).toISOString();
  const ended = new Date(NOW - DAY).toISOString();
  expect(say(NOW + 6 * DAY)).toEqual([`block host c1: its certificate ends at ${soon}`]);
  expect(say(NOW - DAY)).toEqual([`block host c1: its certificate has ended at ${ended}`]);
});

test("one that nobody finds is told (B-39)", () => {
  expect(say(undefined)).toEqual([
    "warn host c1: no certificate that can be read in the folder of its data",
  ]);
});
