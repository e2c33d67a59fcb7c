import { expect, test } from "vitest";
import { agentCertificate } from "../../../components/hosts/gates/agent-certificate";
import { spoken } from "../../upgrade/gates/findings";
import { DAY, NOW, seen } from "../agents";

const say = (certificateEnds: number | undefined) =>
  spoken(agentCertificate({ hosts: [seen("c1", { certificateEnds })], now: NOW }));

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

test("a host whose clock is wrong is told: it judges certificates by it (B-39)", () => {
  const at = (clock: number) =>
    spoken(
      agentCertificate({
        hosts: [seen("c1", { clock, certificateEnds: NOW + 30 * DAY })],
        now: NOW,
      }),
    );
  expect(at(NOW + 120_000)).toHaveLength(1);
  expect(at(NOW - 3_600_000)).toEqual([
    "pass host c1: a certificate that is good for days",
    "warn host c1: a clock that is 60 min behind that of this machine",
  ]);
  expect(at(NOW + DAY)[1]).toMatch(/1440 min ahead of that of this machine$/);
});

test("one past half of its life is told: the agent renews it as it starts (B-39)", () => {
  const life = (begun: number, left: number) =>
    spoken(
      agentCertificate({
        hosts: [
          seen("c1", { certificateBegins: NOW - begun * DAY, certificateEnds: NOW + left * DAY }),
        ],
        now: NOW,
      }),
    );
  expect(life(99, 100)).toHaveLength(1);
  expect(life(100, 100)[1]).toBe(
    "warn host c1: a certificate past half of its life: the agent renews it as it starts",
  );
});
