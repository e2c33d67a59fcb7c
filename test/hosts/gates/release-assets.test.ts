import { expect, test } from "vitest";
import {
  releaseAssets,
  type ReleaseAssetsArgs,
} from "../../../components/hosts/gates/release-assets";
import { observed, unavailable } from "../../../components/upgrade/observation";
import { spoken } from "../../upgrade/gates/findings";
import { sum } from "../agents";

const asset = "bamf-agent-linux-amd64";
const sums = { [asset]: sum("b") };
const say = (change: Partial<ReleaseAssetsArgs> = {}) =>
  spoken(
    releaseAssets({
      release: "0.11.0",
      needed: [asset],
      sums: observed(sums),
      wanted: sums,
      verified: undefined,
      sizes: { [asset]: observed(20_480) },
      at: "/srv/bamf/{version}",
      ...change,
    }),
  );
const at = "/srv/bamf/{version}";

test("a list with each file that a host needs passes (T-31)", () => {
  expect(say()).toEqual([`pass ${at}: 0.11.0, with sums of ${asset}`]);
});

test("a list that lacks a file, and a file that is not there, stop the rollout (T-31)", () => {
  expect(say({ sums: observed({}), wanted: {}, sizes: {} })).toEqual([
    `block ${at}: checksums.txt of 0.11.0 without ${asset}`,
  ]);
  expect(say({ sizes: { [asset]: unavailable("ENOENT") } })).toEqual([
    `block ${at}: no ${asset}: ENOENT`,
  ]);
});

test("a list that cannot be read is unknown, unless this stack has verified the release: going back needs no server (T-31)", () => {
  const page = unavailable('checksums.txt: found "<html>"');
  expect(say({ sums: page, wanted: {}, sizes: {} })).toEqual([
    `unknown ${at}: no look at checksums.txt of 0.11.0: checksums.txt: found "<html>"`,
  ]);
  expect(say({ sums: page, verified: sums, sizes: {} })).toEqual([
    `warn ${at}: no look at checksums.txt of 0.11.0: checksums.txt: found "<html>"; it is known by the sums with which this stack has verified it`,
  ]);
});

test("a release that has other files than those that were verified stops a rollout that would have to fetch them (T-31)", () => {
  const other = { verified: { [asset]: sum("c") }, wanted: { [asset]: sum("c") } };
  expect(say(other)).toEqual([
    `block ${at}: ${asset} of 0.11.0 with another sum than the one that this stack has verified, and a host has no file of that sum`,
  ]);
  expect(say({ ...other, sums: observed({}) })).toEqual([
    `block ${at}: checksums.txt of 0.11.0 without ${asset}, which this stack has verified, and a host has no file of that sum`,
  ]);
});

test("a release that was published anew is told, and stops no way back for which each host has the verified file (T-31, B-39)", () => {
  const verified = { [asset]: sum("c") };
  expect(say({ verified, wanted: verified, sizes: {} })).toEqual([
    `warn ${at}: ${asset} of 0.11.0 with another sum than the one that this stack has verified; each host that answers has the verified file, and this run takes that`,
  ]);
});
