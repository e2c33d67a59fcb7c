import { expect, test } from "vitest";
import { certificates } from "../../../components/bamf/gates/certificates";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { live } from "../../upgrade/gates/facts";
import { spoken, step } from "../../upgrade/gates/findings";

const at = "context prod, namespace bamf";
const place = "Certificate/bamf-tls";
const now = Date.parse("2026-11-01T00:00:00Z");
const upgrade = step("0.10.0", "0.11.0");
const certificate = (notAfter: string, ready = "True", reason = "Ready") =>
  live({
    content: {
      kind: "Certificate",
      metadata: { name: "bamf-tls" },
      status: { notAfter, conditions: [{ type: "Ready", status: ready, reason }] },
    },
  });
/** One of which cert-manager has written no more than this. */
const withStatus = (status: object) =>
  live({ content: { kind: "Certificate", metadata: { name: "bamf-tls" }, status } });
const say = (lives: readonly ReturnType<typeof live>[], plan = upgrade) =>
  spoken(certificates({ plan, live: observed(lives), now, at }));

test("a certificate that is ready and lasts passes, and so does none", () => {
  expect(say([certificate("2026-12-24T00:00:00Z")])).toEqual([
    `pass ${place}: ready, ends at 2026-12-24T00:00:00.000Z`,
  ]);
  expect(say([live()])).toEqual([`pass ${at}: no certificate of cert-manager yet`]);
});

test("one that ends within a week warns: it should have been renewed", () => {
  expect(say([certificate("2026-11-05T00:00:00Z")])).toEqual([
    `warn ${place}: ends at 2026-11-05T00:00:00.000Z`,
  ]);
});

test("one that ends in a week to the millisecond passes, and a millisecond sooner warns", () => {
  expect(say([certificate("2026-11-08T00:00:00.000Z")])).toEqual([
    `pass ${place}: ready, ends at 2026-11-08T00:00:00.000Z`,
  ]);
  expect(say([certificate("2026-11-07T23:59:59.999Z")])).toEqual([
    `warn ${place}: ends at 2026-11-07T23:59:59.999Z`,
  ]);
});

test("one that is ready and tells no end passes: only an end that is known is judged", () => {
  expect(say([withStatus({ conditions: [{ type: "Ready", status: "True" }] })])).toEqual([
    `pass ${place}: ready, no end told`,
  ]);
});

test("one that is ready though its renewal has failed passes: no other condition is taken for Ready", () => {
  const conditions = [
    { type: "Issuing", status: "False", reason: "Failed" },
    { type: "Ready", status: "True", reason: "Ready" },
  ];
  expect(say([withStatus({ notAfter: "2026-12-24T00:00:00Z", conditions })])).toEqual([
    `pass ${place}: ready, ends at 2026-12-24T00:00:00.000Z`,
  ]);
});

test("one of which nothing is told yet, or that is not ready without a reason, warns without a reason", () => {
  expect(say([withStatus({})])).toEqual([`warn ${place}: not ready, no end told`]);
  expect(say([withStatus({ conditions: [{ type: "Ready", status: "False" }] })])).toEqual([
    `warn ${place}: not ready, no end told`,
  ]);
});

test("one that is not ready warns, with the reason", () => {
  expect(say([certificate("2026-12-24T00:00:00Z", "False", "DoesNotExist")])).toEqual([
    `warn ${place}: not ready (DoesNotExist), ends at 2026-12-24T00:00:00.000Z`,
  ]);
});

test("one that has ended blocks, but not the way back", () => {
  const ended = [certificate("2026-10-31T00:00:00Z")];
  const words = `${place}: it has ended: ends at 2026-10-31T00:00:00.000Z`;
  expect(say(ended)).toEqual([`block ${words}`]);
  expect(say(ended, step("0.11.0", "0.10.0"))).toEqual([`warn ${words}`]);
});

test("one that ends at this very moment warns, and blocks a millisecond later", () => {
  expect(say([certificate("2026-11-01T00:00:00.000Z")])).toEqual([
    `warn ${place}: ends at 2026-11-01T00:00:00.000Z`,
  ]);
  expect(say([certificate("2026-10-31T23:59:59.999Z")])).toEqual([
    `block ${place}: it has ended: ends at 2026-10-31T23:59:59.999Z`,
  ]);
});

test("a cluster that cannot be seen is unknown", () => {
  const findings = certificates({ plan: upgrade, live: unavailable("forbidden"), now, at });
  expect(spoken(findings)).toEqual([`unknown ${at}: no look at the certificates: forbidden`]);
});
