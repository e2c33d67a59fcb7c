import { expect, test } from "vitest";
import { programInUse } from "../../../../components/hosts/machine/gates/program-in-use";
import { unavailable } from "../../../../components/upgrade/observation";
import { spoken, step } from "../../../upgrade/gates/findings";
import { sum } from "../../agents";
import { asked, PATH } from "../machine";

const say = (...args: Parameters<typeof asked>) => spoken(programInUse(asked(...args)));

test("a release that is known is told, with what takes its place", () => {
  expect(say()).toEqual([`pass ${PATH}: 0.10.0; 0.11.0 takes its place`]);
  expect(say({ sha256: sum("b"), version: "0.11.0" })).toEqual([`pass ${PATH}: 0.11.0`]);
  expect(say({ sha256: undefined, version: undefined })).toEqual([
    `pass ${PATH}: nothing there yet; 0.11.0 is put there`,
  ]);
});

test("a machine that lacks what was verified last is told that this run puts it there", () => {
  const plan = step("0.11.0", "0.11.0");
  expect(say({ sha256: undefined, version: undefined }, { plan })).toEqual([
    `warn ${PATH}: nothing there`,
  ]);
  expect(say({}, { plan })).toEqual([`warn ${PATH}: 0.10.0`]);
  expect(say({ sha256: sum("b"), version: "0.11.0" }, { plan })).toEqual([`pass ${PATH}: 0.11.0`]);
});

test("a file that nobody knows is told by what it says of itself, and one that says nothing is left alone: it may be another program", () => {
  expect(say({ sha256: sum("c"), version: "0.12.0" })).toEqual([
    `warn ${PATH}: a file of no release that this stack knows (sha256 cccccccccccc), which says that it is 0.12.0`,
  ]);
  expect(say({ sha256: sum("c"), version: undefined })).toEqual([
    `block ${PATH}: a file of no release that this stack knows (sha256 cccccccccccc), which does not tell a version`,
  ]);
});

test("a known file that says something else of itself is told", () => {
  expect(say({ version: "0.9.0" })).toEqual([
    `warn ${PATH}: the file of 0.10.0, which says that it is 0.9.0`,
  ]);
  expect(say({ version: undefined })[0]).toMatch(/^warn .* which does not run here$/);
});

test("of a machine that nobody could look at another gate speaks", () => {
  const { facts, ...rest } = asked();
  const blind = { ...facts, program: unavailable("too many open files") };
  expect(programInUse({ ...rest, facts: blind })).toEqual([]);
});
