import { expect, test } from "vitest";
import { machineFile } from "../../../../components/hosts/machine/gates/machine-file";
import { observed, unavailable } from "../../../../components/upgrade/observation";
import { spoken } from "../../../upgrade/gates/findings";
import { asked, ASSET, PATH } from "../machine";

test("a machine for which the release has a file, and which lets it be put there, is fine (B-40)", () => {
  expect(spoken(machineFile(asked()))).toEqual([`pass ${PATH}: ${ASSET} for linux x64`]);
});

test("a machine for which nothing is built stops the run (T-31)", () => {
  expect(spoken(machineFile(asked({ machine: "win32 x64" }, { needed: [] })))).toEqual([
    `block ${PATH}: this machine is win32 x64`,
  ]);
});

test("a place that whoever runs this may not change stops it too, with the reason", () => {
  const hindrance = "nothing may be put into /usr/local/bin: EACCES";
  expect(spoken(machineFile(asked({ hindrance })))).toEqual([`block ${PATH}: ${hindrance}`]);
});

test("a disk without room for the file stops it, unless the file lies there already (B-40)", () => {
  const { facts, ...rest } = asked({ freeKiB: 20_480 });
  const sized = (sizes: (typeof facts)["sizes"]) =>
    spoken(machineFile({ ...rest, facts: { ...facts, sizes } }));
  expect(sized({ [ASSET]: observed(20_480) })).toEqual([
    `block ${PATH}: 20 MiB free beside the binary`,
  ]);
  expect(sized({ [ASSET]: observed(undefined) })[0]).toMatch(/^pass /);
  expect(sized({})[0]).toMatch(/^pass /);
});

test("a machine that nobody could look at is unknown", () => {
  const { facts, ...rest } = asked();
  const blind = { ...facts, program: unavailable("too many open files") };
  expect(spoken(machineFile({ ...rest, facts: blind }))).toEqual([
    `unknown ${PATH}: no look at this machine: too many open files`,
  ]);
});
