import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nextHosts, type HostGroup, type HostState } from "../../../components/hosts/plan/groups";

const group = (name: string, count: number, change: Partial<HostGroup> = {}): HostGroup => ({
  name,
  size: 5,
  mayMiss: 10,
  hosts: Array.from({ length: count }, (_, index) => `${name}-${index + 1}`),
  ...change,
});
const groups = [group("canary", 2), group("web", 20)];
const states = (told: Readonly<Record<string, HostState>>) => new Map(Object.entries(told));
const all = (name: string, count: number, state: HostState) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${name}-${index + 1}`, state]));

describe("which hosts may begin (B-38)", () => {
  test("the canaries first, and nobody else", () => {
    expect(nextHosts(groups, states({})).begin).toEqual(["canary-1", "canary-2"]);
  });

  test("nobody of the next group until all canaries are back", () => {
    const found = nextHosts(groups, states({ "canary-1": "updated", "canary-2": "swapping" }));
    expect(found).toMatchObject({ begin: [], group: "canary", halted: undefined });
  });

  test("then as many of the next group as its size leaves room for", () => {
    const told = {
      ...all("canary", 2, "updated"),
      "web-1": "updated",
      "web-2": "swapping",
    } as const;
    expect(nextHosts(groups, states(told)).begin).toEqual(["web-3", "web-4", "web-5", "web-6"]);
  });

  test("a canary that does not answer halts", () => {
    expect(nextHosts(groups, states({ "canary-2": "missing" })).halted).toBe(
      "canary-2 of group canary out of reach; none of the first group may be",
    );
  });

  test("of a later group one in ten may be out of reach, and no more", () => {
    const missing = (count: number) =>
      nextHosts(
        groups,
        states({
          ...all("canary", 2, "updated"),
          ...all("web", 20, "updated"),
          ...all("web", count, "missing"),
        }),
      );
    expect(missing(2)).toMatchObject({ isDone: true, halted: undefined });
    expect(missing(3)).toMatchObject({
      isDone: false,
      halted: "web-1, web-2, web-3 of group web out of reach; at most 10 % may be",
    });
  });

  test("a host that was swapped back halts, whichever group it is of", () => {
    const told = { ...all("canary", 2, "updated"), "web-1": "failed" } as const;
    expect(nextHosts(groups, states(told))).toMatchObject({
      begin: [],
      halted: "web-1 failed",
    });
  });

  test("a large first group may miss nobody, whatever share it names", () => {
    const found = nextHosts(
      [group("canary", 20)],
      states({ ...all("canary", 20, "updated"), "canary-9": "missing" }),
    );
    expect(found).toMatchObject({
      isDone: false,
      halted: expect.stringContaining("canary-9") as string,
    });
  });
});

const fleet = fc
  .array(
    fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      size: fc.integer({ min: 1, max: 5 }),
      mayMiss: fc.integer({ min: 0, max: 50 }),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((all) => all.map(({ count, ...rest }, index) => group(`g${index}`, count, rest)));

/** What becomes of the hosts, by a list of draws: mostly well. */
const outcome = fc.array(
  fc.constantFrom<HostState>("updated", "updated", "updated", "updated", "missing", "failed"),
  {
    minLength: 200,
    maxLength: 200,
  },
);

test("whatever becomes of each host: a halt touches no further one, no group begins before the one before is done, and never more change at one time than its size", () => {
  fc.assert(
    fc.property(fleet, outcome, fc.infiniteStream(fc.nat(20)), (all, draws, choices) => {
      const now = new Map<string, HostState>();
      const outcomes = draws.values();
      for (let turn = 0; turn < 400; turn += 1) {
        const { begin, halted, isDone, group: name } = nextHosts(all, now);
        if (isDone) break;
        if (halted !== undefined) expect(begin).toEqual([]);
        for (const host of begin) {
          expect(all.find(({ hosts }) => hosts.includes(host))?.name).toBe(name);
          now.set(host, "swapping");
        }
        const under = [...now].filter(([, state]) => state === "swapping").map(([host]) => host);
        const index = all.findIndex((one) => one.name === name);
        expect(under.length).toBeLessThanOrEqual(all[index]!.size);
        for (const earlier of all.slice(0, index))
          for (const host of earlier.hosts) expect(["updated", "missing"]).toContain(now.get(host));
        if (halted !== undefined && under.length === 0) return;
        const ends = under[(choices.next().value ?? 0) % Math.max(under.length, 1)];
        if (ends !== undefined) now.set(ends, outcomes.next().value ?? "updated");
      }
      expect(nextHosts(all, now).isDone).toBe(true);
      expect([...now.values()]).not.toContain("failed");
    }),
  );
});
