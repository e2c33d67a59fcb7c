import { expect, test } from "vitest";
import { roomForCopy } from "../../components/upgrade/copy-room";

const wal = { limit: 1000, isHeld: false };

test.each([
  [
    "as much of its log as the server keeps, and a twentieth for what is written meanwhile",
    4000,
    wal,
    true,
    5200,
  ],
  [
    "all of its log where a slot or an archive holds it",
    4000,
    { ...wal, isHeld: true },
    true,
    8200,
  ],
  ["all of the log of a small copy", 400, wal, true, 820],
  ["nothing for growth on another server", 4000, wal, false, 5000],
])("a copy needs room for itself and %s (S-02)", (_, database, keeping, isLive, needed) => {
  expect(roomForCopy(database, keeping, { isLive })).toBe(needed);
});
