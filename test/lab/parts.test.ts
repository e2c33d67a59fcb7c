import { describe, expect, test } from "vitest";
import { runParts, type Part, type PartWatcher } from "./parts";
import { inWords, paceOf, secondsLeft, tellProgress, type OpenPart } from "./progress";

const silent: PartWatcher = {
  started: () => undefined,
  said: () => undefined,
  done: () => undefined,
};

interface Gate {
  readonly promise: Promise<undefined>;
  readonly open: () => void;
}

function gate(): Gate {
  let open: () => void = () => undefined;
  const promise = new Promise<undefined>((resolve) => {
    open = () => {
      resolve(undefined);
    };
  });
  return { promise, open };
}

const part = (name: string, needs: readonly string[], run: Part["run"], heavy = false): Part => ({
  name,
  needs,
  seconds: 1,
  heavy,
  run,
});

describe("the parts of the lab", () => {
  test("a part that needs another, both given in the wrong order, it runs second", async () => {
    const order: string[] = [];
    const note = (name: string) => (): Promise<undefined> => {
      order.push(name);
      return Promise.resolve(undefined);
    };
    await runParts(
      [part("late", ["early"], note("late")), part("early", [], note("early"))],
      silent,
      2,
    );
    expect(order).toEqual(["early", "late"]);
  });

  test("a part that waits for another to be nearly done, the other one says so, it runs beside its rest", async () => {
    const [half, rest] = [gate(), gate()];
    const slow = part("slow", [], async (say) => {
      say("half", 0.5);
      await half.promise;
      say("links", 0.95);
      return rest.promise;
    });
    const started: string[] = [];
    const watcher = { ...silent, started: (each: Part) => started.push(each.name) };
    const quick = part("quick", [], () => {
      rest.open();
      return Promise.resolve(undefined);
    });
    const all = runParts([slow, { ...quick, nearly: "slow" }], watcher, 2);
    expect(started).toEqual(["slow"]);
    half.open();
    await all;
    expect(started).toEqual(["slow", "quick"]);
  });

  test("three heavy parts and room for two, two are under way, the third waits for a place", async () => {
    const gates = [gate(), gate(), gate()];
    const started: string[] = [];
    const parts = gates.map(({ promise }, at) => part(`heavy ${at}`, [], () => promise, true));
    const watcher = { ...silent, started: (each: Part) => started.push(each.name) };
    const all = runParts(parts, watcher, 2);
    expect(started).toEqual(["heavy 0", "heavy 1"]);
    gates[1]!.open();
    gates[0]!.open();
    gates[2]!.open();
    await all;
    expect(started).toEqual(["heavy 0", "heavy 1", "heavy 2"]);
  });

  test("a part fails while another runs, the other is told to stop and the failure names its part", async () => {
    const stopped: boolean[] = [];
    const patient = part(
      "patient",
      [],
      (_, signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            stopped.push(true);
            resolve(undefined);
          });
        }),
    );
    const broken = part("broken", [], () => Promise.reject(new Error("no space")));
    const later = part("later", ["broken"], () => Promise.reject(new Error("must not run")));
    await expect(runParts([patient, broken, later], silent, 2)).rejects.toThrow("broken: no space");
    expect(stopped).toEqual([true]);
  });

  test("two parts that need each other, a run, it ends with the reason instead of waiting for ever", async () => {
    const never = (): Promise<undefined> => Promise.resolve(undefined);
    const circle = [part("one", ["two"], never), part("two", ["one"], never)];
    await expect(runParts(circle, silent, 2)).rejects.toThrow("in a circle");
  });

  test("a part that needs an unknown one, a run, it is refused by name", async () => {
    const lonely = part("lonely", ["nobody"], () => Promise.resolve(undefined));
    await expect(runParts([lonely], silent, 2)).rejects.toThrow("lonely needs nobody");
  });
});

describe("the estimate of what is left", () => {
  const heavy = (seconds: number): OpenPart["part"] => ({
    name: `heavy ${seconds}`,
    needs: [],
    seconds,
    heavy: true,
  });
  const light = (name: string, seconds: number, ...needs: readonly string[]): OpenPart["part"] => ({
    name,
    needs,
    seconds,
  });

  test.each([
    { sentence: "nothing is open", open: [], pace: 1, left: 0 },
    {
      sentence: "two heavy parts need the sum of their times",
      open: [
        { part: heavy(100), fraction: 0 },
        { part: heavy(60), fraction: 0 },
      ],
      pace: 1,
      left: 160,
    },
    {
      sentence: "three quarters are done on a machine of half the speed",
      open: [{ part: heavy(400), fraction: 0.75 }],
      pace: 2,
      left: 200,
    },
    {
      sentence: "a count runs past its total",
      open: [{ part: heavy(400), fraction: 1.2 }],
      pace: 1,
      left: 0,
    },
    {
      sentence: "light parts run side by side, whatever the pace",
      open: [
        { part: light("a", 8), fraction: 0 },
        { part: light("b", 5), fraction: 0 },
      ],
      pace: 3,
      left: 8,
    },
    {
      sentence: "light parts that need each other run one after the other, after the heavy one",
      open: [
        { part: heavy(100), fraction: 0 },
        { part: light("b", 5, "a", "done long ago"), fraction: 0 },
        { part: light("a", 8, "heavy 100"), fraction: 0.5 },
      ],
      pace: 2,
      left: 209,
    },
  ])("$sentence", ({ open, pace, left }) => {
    expect(secondsLeft(open, pace)).toBe(left);
  });

  test.each([
    { elapsed: 30, expected: 0, pace: 1, sentence: "nothing is done yet" },
    { elapsed: 40, expected: 20, pace: 1.25, sentence: "its first packages took long" },
    { elapsed: 340, expected: 140, pace: 2, sentence: "the machine is slow" },
    { elapsed: 20, expected: 260, pace: 0.25, sentence: "most came from a warm cache" },
  ])("$sentence: pace $pace", ({ elapsed, expected, pace }) => {
    expect(paceOf(elapsed, expected)).toBe(pace);
  });

  test.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [59.6, "1 min 00 s"],
    [605, "10 min 05 s"],
    [-3, "0 s"],
  ])("%d seconds are said as %s", (seconds, words) => {
    expect(inWords(seconds)).toBe(words);
  });

  test("a long part half done, it ends, the lines tell step, part, elapsed and remaining time", () => {
    let clock = 0;
    const lines: string[] = [];
    const long = part("compile", [], () => Promise.resolve(undefined), true);
    const parts: readonly Part[] = [
      { ...long, seconds: 100 },
      part("start", ["compile"], long.run),
    ];
    const progress = tellProgress(
      parts,
      (line) => lines.push(line),
      () => clock,
    );
    progress.started(parts[0]!);
    clock = 90_000;
    progress.done(parts[0]!, "compiled");
    clock = 91_000;
    progress.done(parts[1]!, undefined);
    progress.stop();
    expect(lines).toEqual([
      "[ 0/2] compile: starts (0 s, about 1 min 41 s left)",
      "[ 1/2] compile: compiled (1 min 30 s, about 1 s left)",
      "[ 2/2] start: done (1 min 31 s)",
    ]);
  });
});
