import { describe, expect, test } from "vitest";
import { freeBytes, judgeServerRoom } from "../../components/steps/backup/server-room";

const judge = (bytes: number | undefined, connections: number) => () => {
  judgeServerRoom({ bytes, connections }, 4e9, "database mnemom at db:5432");
};

describe("the server on which the restore is tried", () => {
  test.each([
    ["just enough room", 4e9, 8],
    ["room that nobody can see", undefined, 90],
  ])("is taken with %s (S-02)", (_, bytes, connections) => {
    expect(judge(bytes, connections)).not.toThrow();
  });

  test("is refused where the copy would fill its disk, with both figures (S-02)", () => {
    expect(judge(4e9 - 1, 90)).toThrow(
      "the server of database mnemom at db:5432 has 4.0 GB of room, and the copy that proves the backup may need 4.0 GB",
    );
  });

  test("is refused where the backup would take the gateway's last connections", () => {
    expect(judge(undefined, 7)).toThrow("has 7 connections left, and a backup takes up to 8");
  });
});

test.each([
  [
    "of GNU",
    ["Filesystem 1024-blocks Used Available Capacity Mounted on", "/dev/vda1 100 40 60 40% /data"],
    61_440,
  ],
  [
    "of busybox",
    [
      "Filesystem           1024-blocks    Used Available Capacity Mounted on",
      "tmpfs 10 4 6 40% /",
    ],
    6144,
  ],
  ["that said nothing", [], undefined],
])("the free room is read from the df %s", (_, lines, bytes) => {
  expect(freeBytes(lines)).toBe(bytes);
});
