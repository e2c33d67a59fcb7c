import { expect, test } from "vitest";
import { compressionOf, dumpName, type DumpTitle } from "../../components/dumps/dump-name";

const title: DumpTitle = {
  gateway: "smoltbot",
  stack: "prod",
  release: "1.2.0",
  takenAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  compression: "zstd",
  format: "custom",
};

test("a dump is named by gateway, stack, moment and release (S-03)", () => {
  expect(dumpName(title)).toBe("smoltbot-prod-20260102t030405z-before-1.2.0.dump.zst");
});

test("the second dump of a second has a name of its own", () => {
  expect(dumpName(title, 2)).toBe("smoltbot-prod-20260102t030405z-before-1.2.0.2.dump.zst");
});

test("a dump in plain SQL is named so", () => {
  const name = dumpName({ ...title, format: "plain", compression: "gzip" });
  expect(name).toBe("smoltbot-prod-20260102t030405z-before-1.2.0.sql.gz");
});

test.each([
  ["zstd", "custom"],
  ["gzip", "custom"],
  ["zstd", "plain"],
  ["gzip", "plain"],
] as const)(
  "the name tells that it was compressed with %s, whether it is %s",
  (compression, format) => {
    expect(compressionOf(dumpName({ ...title, compression, format }))).toBe(compression);
  },
);

test("another file's name tells no compression", () => {
  expect(compressionOf("notes.txt")).toBeUndefined();
});
