import { describe, expect, test } from "vitest";
import { judgeServerRoom, type Copying } from "../../components/dumps/judge-room";
import { freeBytes } from "../../components/postgres/server-room";
import { judgeRoomBeside } from "../../components/dumps/judge-room";

const wal = { limit: 1e9, isHeld: false };
const judge =
  (bytes: number | undefined, connections: number, change: Partial<Copying> = {}) =>
  () => {
    judgeServerRoom(
      { bytes, connections, wal },
      {
        database: 4e9,
        words: "database mnemom at db:5432",
        isLive: true,
        largestUnseen: 4e9,
        ...change,
      },
    );
  };

describe("the server on which the restore is tried", () => {
  test.each([
    ["just enough room", 5.2e9, 8],
    ["room that nobody can see", undefined, 90],
  ])("is taken with %s (S-02)", (_, bytes, connections) => {
    expect(judge(bytes, connections)).not.toThrow();
  });

  test("is refused where the copy would fill its disk, with both figures (S-02)", () => {
    expect(judge(5.2e9 - 1, 90)).toThrow(
      "the server of database mnemom at db:5432 has 5.2 GB of room, and the copy that proves the backup may need 5.2 GB",
    );
  });

  test("is refused where nobody can see the room for a large copy, but not where it is another server than the live one (S-02)", () => {
    const large = { database: 4e9 + 1 };
    expect(judge(undefined, 90, large)).toThrow(
      "nobody can see from here whether the server of database mnemom at db:5432 has 5.2 GB of room",
    );
    expect(judge(undefined, 90, { ...large, isLive: false })).not.toThrow();
  });

  test("is refused where the backup would take the gateway's last connections", () => {
    expect(judge(undefined, 7)).toThrow("has 7 connections left, and a backup takes up to 8");
  });
});

describe("the server on which a database is restored beside the live one (S-44)", () => {
  test.each([
    ["is known and suffices", 4e9, "the server has 4.0 GB of room, about 4.0 GB are needed"],
    ["is not known", undefined, "the room on the server is not known; about 4.0 GB are needed"],
  ])("is taken where its room %s, and that is said", (_, bytes, words) => {
    expect(judgeRoomBeside({ bytes }, 4e9)).toBe(words);
  });

  test("is refused where its disk has not enough, with both figures", () => {
    expect(() => judgeRoomBeside({ bytes: 1e9 }, 4e9)).toThrow(
      "the server has 1.0 GB of room, and the restored database needs about 4.0 GB beside the live one",
    );
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
