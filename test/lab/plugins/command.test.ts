import { describe, expect, test } from "vitest";

import { checkInputs } from "./command/command-inputs";
import { compareInputs } from "./command/compare-inputs";
import { LineSplitter } from "./command/line-splitter";
import { previewCreate, previewUpdate } from "./command/preview-outputs";
import { runProcess } from "./command/run-process";
import { secret, UNKNOWN } from "./protocol/values";

describe("checked inputs", () => {
  test("are kept with their secrets and unknowns; null and foreign keys go", () => {
    const environment = { A: secret("x"), B: UNKNOWN };
    expect(
      checkInputs({ create: "true", environment, dir: null, foreign: "x", stdin: secret("y") }),
    ).toEqual({ inputs: { create: "true", environment, stdin: secret("y") }, failures: [] });
  });

  test.each([
    ["create", 1, "must be a string"],
    ["environment", { A: 1 }, "must be a map of strings"],
    ["environment", secret(["A"]), "must be a map of strings"],
    ["interpreter", "sh", "must be a list of strings"],
    ["triggers", "a", "must be a list"],
    ["addPreviousOutputInEnv", "yes", "must be a boolean"],
    ["logging", "loud", "must be one of stdout, stderr, stdoutAndStderr, none"],
  ])("%s of a wrong type is a failure", (property, value, reason) => {
    expect(checkInputs({ [property]: value }).failures).toEqual([{ property, reason }]);
  });
});

describe("a comparison", () => {
  const olds = { create: "true", environment: { A: "1", "B-C": "2" }, triggers: ["a", "b"] };

  test("of equal inputs finds nothing, whatever the order of keys", () => {
    const news = { triggers: ["a", "b"], environment: { "B-C": "2", A: "1" }, create: "true" };
    expect(compareInputs(olds, news, []).changes).toBe(false);
  });

  test("names each path and its top-level property", () => {
    const news = { create: "false", environment: { A: "1", "B-C": "3", D: "4" }, triggers: ["a"] };
    expect(compareInputs(olds, news, [])).toEqual({
      changes: true,
      replaces: [],
      diffs: ["create", "environment", "triggers"],
      detailedDiff: {
        create: { kind: "update" },
        'environment["B-C"]': { kind: "update" },
        "environment.D": { kind: "add" },
        "triggers[1]": { kind: "delete" },
      },
    });
  });

  test("sees triggers that come or go as a replacement", () => {
    const { triggers, ...rest } = olds;
    expect(compareInputs(rest, olds, []).replaces).toEqual(["triggers"]);
    expect(compareInputs({ ...rest, triggers }, rest, []).detailedDiff).toEqual({
      triggers: { kind: "delete-replace" },
    });
  });

  test("sees a secret as one value, and a text that becomes secret as a change", () => {
    const was = { environment: { A: secret("1") } };
    expect(compareInputs(was, { environment: { A: secret("1") } }, []).changes).toBe(false);
    expect(compareInputs(was, { environment: { A: "1" } }, []).diffs).toEqual(["environment"]);
  });

  test("leaves out what is ignored, the engine's version and internal keys", () => {
    const news = { ...olds, create: "false", version: "1", __internal: {} };
    expect(compareInputs(olds, news, ["create"]).changes).toBe(false);
  });
});

describe("outputs in a preview", () => {
  const state = { create: "true", environment: { A: "1" }, stdout: "out", stderr: "" };

  test("of a new command are unknown", () => {
    expect(previewCreate({ create: "true" })).toMatchObject({ stdout: UNKNOWN, stderr: UNKNOWN });
  });

  test.each([
    ["an input changes", { create: "true", environment: { A: "2" } }],
    ["an input goes", { create: "true" }],
    ["an input is unknown", { create: "true", environment: { A: UNKNOWN } }],
    ["an added input is unknown", { create: "true", environment: { A: "1" }, stdin: UNKNOWN }],
  ])("are unknown when %s", (_, news) => {
    expect(previewUpdate(state, news)["stdout"]).toBe(UNKNOWN);
  });

  test("stay when an input is merely added", () => {
    const news = { create: "true", environment: { A: "1" }, update: "true" };
    expect(previewUpdate(state, news)).toMatchObject({ stdout: "out", update: "true" });
  });
});

describe("a process", () => {
  const start = (command: string, signal = new AbortController().signal) => {
    const lines: string[] = [];
    const previous = { stdout: "", stderr: "" };
    const log = (line: string) => lines.push(line);
    return { lines, end: runProcess({ command, inputs: {}, previous, log, signal }) };
  };

  test("that prints a very long line and no line feed is read to its end", async () => {
    const { lines, end } = start("head -c 300000 /dev/zero | tr '\\0' x");
    expect((await end).stdout).toHaveLength(300_000);
    expect(lines.map(({ length }) => length)).toEqual([300_000]);
  });

  test("that is stopped before it begins is killed all the same", async () => {
    await expect(start("exec sleep 300", AbortSignal.abort()).end).rejects.toThrow(
      'signal: killed: running "exec sleep 300":\n',
    );
  });

  test("that ends by a signal of its own says which", async () => {
    await expect(start("kill -TERM $$").end).rejects.toThrow(/^signal: terminated: /);
  });
});

test("text is handed on line by line, however it is cut", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  ["a", "b\nc\r\n\n", "d"].forEach((piece) => {
    splitter.add(piece);
  });
  expect(lines).toEqual(["ab", "c", ""]);
  splitter.end();
  splitter.end();
  expect(lines).toEqual(["ab", "c", "", "d"]);
});
