import { expect, test } from "vitest";
import { hostRoom } from "../../../components/hosts/gates/host-room";
import { spoken } from "../../upgrade/gates/findings";
import { seen, sum, wantedOn } from "../agents";

const say = (change: Parameters<typeof seen>[1]) =>
  spoken(hostRoom({ hosts: [seen("c1", change)], wantedOn }));

test("a disk that holds both binaries passes, and one on which the wanted one is kept needs no room (B-36)", () => {
  expect(say({ freeKiB: 30_720 })).toEqual([
    "pass host c1: room beside the binary for another one",
  ]);
  expect(say({ freeKiB: 0, kept: sum("b") })).toEqual([
    "pass host c1: room beside the binary for another one",
  ]);
});

test("a KiB less stops the rollout (B-36)", () => {
  expect(say({ freeKiB: 30_719 })).toEqual(["block host c1: 29 MiB free beside the binary"]);
});
