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

test("a disk without room for what a host notes stops it, kept or not, and is said beside the one of the binary (B-36)", () => {
  const full = "block host c1: 255 KiB free for /var/lib/gateways";
  expect(say({ notesFreeKiB: 255, kept: sum("b") })).toEqual([full]);
  expect(say({ notesFreeKiB: 255, freeKiB: 0 })).toEqual([
    full,
    "block host c1: 0 MiB free beside the binary",
  ]);
  expect(say({ notesFreeKiB: 256 })).toEqual([
    "pass host c1: room beside the binary for another one",
  ]);
});

test("of a release whose sum nobody tells it asks for the room that any binary needs (B-36, T-31)", () => {
  const untold = (change: Parameters<typeof seen>[1]) =>
    spoken(hostRoom({ hosts: [seen("c1", change)], wantedOn: () => undefined }));
  expect(untold({ freeKiB: 10_239 })).toEqual(["block host c1: 9 MiB free beside the binary"]);
  expect(untold({ freeKiB: 10_240 })).toEqual([
    "pass host c1: room beside the binary for another one",
  ]);
});

test("a folder of the swap to which nothing can be written stops it, kept or not (B-36)", () => {
  expect(say({ readOnly: ["/usr/bin"], kept: sum("b") })).toEqual([
    "block host c1: nothing can be written to /usr/bin",
  ]);
});
