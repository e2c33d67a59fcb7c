import { expect, test } from "vitest";

import { changing, readEngineLog } from "./steps-of-log";

const urn = (type: string, name: string) => `urn:pulumi:test::gateways::${type}::${name}`;
const about = (op: string, type: string, name: string, detailedDiff: unknown = null) => ({
  metadata: { op, urn: urn(type, name), type, detailedDiff },
});
const log = (...events: readonly object[]) =>
  events.map((event) => JSON.stringify(event)).join("\n");

const COMMAND = "command:local:Command";

test("a run that was killed shows what it had begun, and its half line is passed over", () => {
  const text = log(
    { resourcePreEvent: about("same", "pulumi:pulumi:Stack", "gateways-test") },
    { resourcePreEvent: about("create", COMMAND, "backup") },
    { resOutputsEvent: about("create", COMMAND, "backup") },
    { resourcePreEvent: about("create", COMMAND, "schema") },
  );
  const { steps } = readEngineLog(`${text}\n{"resOutputsEvent":{"metad`);
  expect(steps.map(({ name, end }) => [name, end])).toEqual([
    ["gateways-test", "begun"],
    ["backup", "done"],
    ["schema", "begun"],
  ]);
});

test("a failed step stays failed although its partial outputs follow", () => {
  const { steps } = readEngineLog(
    log(
      { resourcePreEvent: about("update", COMMAND, "a") },
      { resOpFailedEvent: about("update", COMMAND, "a") },
      { resOutputsEvent: about("update", COMMAND, "a") },
    ),
  );
  expect(steps.map(({ end }) => end)).toEqual(["failed"]);
});

test("each step tells which properties change and how", () => {
  const diff = { "environment.V": { diffKind: "update", inputDiff: false } };
  const { steps } = readEngineLog(log({ resourcePreEvent: about("update", COMMAND, "a", diff) }));
  expect(steps[0]?.changes).toEqual({ "environment.V": "update" });
});

test("what is same, read or a provider's own is no change", () => {
  const { steps } = readEngineLog(
    log(
      { resourcePreEvent: about("same", COMMAND, "a") },
      { resourcePreEvent: about("read", "pulumi:pulumi:StackReference", "b") },
      { resourcePreEvent: about("create", "pulumi:providers:command", "default") },
      { resourcePreEvent: about("delete", COMMAND, "d") },
    ),
  );
  expect(changing(steps).map(({ op, name }) => [op, name])).toEqual([["delete", "d"]]);
});

test("messages that stay are apart from status lines, and debugging is left out", () => {
  const said = (severity: string, message: string, ephemeral = false) => ({
    diagnosticEvent: { severity, message, ephemeral, urn: urn(COMMAND, "a") },
  });
  const { diagnostics, progress } = readEngineLog(
    log(said("debug", "x"), said("info", "working", true), said("error", "broken")),
  );
  expect(diagnostics.map(({ message }) => message)).toEqual(["broken"]);
  expect(progress.map(({ message }) => message)).toEqual(["working"]);
});
