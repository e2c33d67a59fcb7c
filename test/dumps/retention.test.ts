import * as fc from "fast-check";
import { expect, test } from "vitest";
import { lastDumpBytes, listDumps } from "../../components/dumps/list-dumps";
import { dumpName } from "../../components/dumps/dump-name";
import { dumpToGoBackTo } from "../../components/dumps/dump-to-go-back-to";
import type { DumpStore } from "../../components/dumps/store/dump-store";
import { folderStore } from "../../components/dumps/store/folder-store";
import { expiredDumps, type KeptDump } from "../../components/dumps/retention";

const dump = (day: number, release: string, running: string[] = []): KeptDump => ({
  path: `/dumps/${day}-${release}`,
  takenAt: new Date(Date.UTC(2026, 0, day)).toISOString(),
  release,
  running,
  schemaHead: "",
});
const without = (dumps: readonly KeptDump[], gone: readonly KeptDump[]) =>
  dumps.filter((one) => !gone.includes(one));
const paths = (dumps: readonly KeptDump[]) => dumps.map(({ path }) => path).toSorted();

test("all but the newest may go", () => {
  const dumps = [dump(1, "1.0.0", ["1.0.0"]), dump(3, "1.2.0"), dump(2, "1.1.0")];
  expect(paths(expiredDumps(dumps, 2, dumps[1]!.path))).toEqual(["/dumps/1-1.0.0"]);
});

test("an upgrade that fails again and again never loses the dump from before its first try (S-35)", () => {
  const dumps = [dump(1, "1.1.0", ["1.0.0"]), ...[2, 3, 4, 5, 6].map((day) => dump(day, "1.2.0"))];
  const expired = paths(expiredDumps(dumps, 2, dumps[5]!.path));
  expect(expired).toEqual(["/dumps/1-1.1.0", "/dumps/3-1.2.0", "/dumps/4-1.2.0"]);
});

test("the one just taken stays, even where a clock went backwards", () => {
  const dumps = [dump(5, "1.0.0"), dump(6, "1.1.0"), dump(2, "1.2.0")];
  expect(paths(expiredDumps(dumps, 1, dumps[2]!.path))).not.toContain(dumps[2]!.path);
});

test("going back across a major never loses the dump that is about to be restored (S-44)", () => {
  const dumps = [dump(1, "2.0.0", ["1.2.0"]), dump(2, "2.0.1", ["2.0.0"])];
  const back = dump(3, "1.2.0", ["2.0.1"]);
  const expired = expiredDumps([...dumps, back], 1, back.path);
  expect(paths(expired)).toEqual(["/dumps/2-2.0.1"]);
});

test("however many releases of a new major follow, the dump from before the first of them stays (S-44)", () => {
  const dumps = [dump(1, "1.2.0", ["1.1.0"]), dump(2, "2.0.0", ["1.2.0"])];
  const later = [3, 4, 5, 6].map((day) => dump(day, `2.0.${day}`, [`2.0.${day - 1}`]));
  const expired = expiredDumps([...dumps, ...later], 2, later[3]!.path);
  expect(paths(expired)).toEqual(["/dumps/1-1.2.0", "/dumps/3-2.0.3", "/dumps/4-2.0.4"]);
});

test.each<[string, (release: string) => string[]]>([
  ["nobody could be asked what ran then", (release) => [release]],
  ["images are named by digests alone, which tell no release", () => []],
])("the only way back to the major before stays although %s (S-44, law 4)", (_, running) => {
  const first = dump(2, "2.0.0");
  const later = [3, 4, 5, 6].map((day) => dump(day, `2.0.${day}`, running(`2.0.${day - 1}`)));
  const dumps = [dump(1, "1.2.0"), first, ...later];
  const kept = without(dumps, expiredDumps(dumps, 1, later[3]!.path));
  expect(dumpToGoBackTo(kept, "1.2.0")).toBe(first);
  expect(paths(kept)).toEqual(["/dumps/2-2.0.0", "/dumps/6-2.0.6"]);
});

test("the dump of another upgrade that may still be under way stays, whatever the number (S-02)", () => {
  const at = (minute: number): KeptDump => ({
    ...dump(1, "1.2.0"),
    path: `/dumps/at-${minute}`,
    takenAt: new Date(Date.UTC(2026, 0, 9, 12, minute)).toISOString(),
  });
  const dumps = [
    dump(1, "1.1.0", ["1.0.0"]),
    dump(2, "1.2.0"),
    dump(3, "1.2.0"),
    at(0),
    at(59),
    at(60),
  ];
  const expired = expiredDumps(dumps, 1, "/dumps/at-60");
  expect(paths(expired)).toEqual(["/dumps/1-1.1.0", "/dumps/3-1.2.0", "/dumps/at-0"]);
});

test("whatever the dumps are, the newest `keep` stay, no more than three besides go against the number, and order does not matter", () => {
  const some = fc.uniqueArray(
    fc.record({
      day: fc.integer({ min: 1, max: 300 }),
      release: fc.constantFrom("1.0.0", "1.1.0", "2.0.0"),
    }),
    { minLength: 1, maxLength: 30, selector: ({ day }) => day },
  );
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 10 }), (drawn, keep) => {
      const dumps = drawn.map(({ day, release }) => dump(day, release));
      const byAge = dumps.toSorted((a, b) => b.takenAt.localeCompare(a.takenAt));
      const taken = byAge[0]!.path;
      const expired = paths(expiredDumps(dumps, keep, taken));
      expect(expired).toEqual(paths(expiredDumps(dumps.toReversed(), keep, taken)));
      for (const { path } of byAge.slice(0, keep)) expect(expired).not.toContain(path);
      expect(expired.length).toBeGreaterThanOrEqual(dumps.length - keep - 3);
    }),
  );
});

test("before the first backup no dump tells how much room the next one needs", async () => {
  const owner = { gateway: "smoltbot", stack: "prod" };
  const dumps = await listDumps(folderStore("/nonexistent/backups"), owner);
  expect(lastDumpBytes(dumps)).toBeUndefined();
});

test("of a store that many stacks share, only the dumps that bear the gateway's and the stack's name are read, however many there are", async () => {
  const owner = { gateway: "smoltbot", stack: "prod" };
  const title = {
    ...owner,
    release: "1.2.0",
    takenAt: 0,
    compression: "zstd",
    format: "custom",
  } as const;
  const own = [dumpName(title), dumpName({ ...title, stack: "prod-eu" })];
  const others = Array.from({ length: 3000 }, (_, nth) => dumpName({ ...title, stack: `s${nth}` }));
  const read: string[] = [];
  const store: Pick<DumpStore, "list" | "readManifest"> = {
    list: () => Promise.resolve([...others, ...own]),
    readManifest: (name) => {
      read.push(name);
      return Promise.resolve(undefined);
    },
  };
  expect(await listDumps(store as DumpStore, owner)).toEqual([]);
  expect(read).toEqual(own);
});
