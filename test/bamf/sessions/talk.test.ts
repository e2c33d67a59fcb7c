import { describe, expect, test } from "vitest";
import { openTalk, type Talk } from "../../../components/bamf/sessions/talk";

/** Answers each question with itself and the number of its start; ends on the question `die` at its first start. */
const echo = `
const start = process.argv[1];
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { ask, ...rest } = JSON.parse(line);
  if (ask === "die" && start === "1") { console.error("error: killed"); process.exit(3); }
  if (ask === "cut" && start === "1") { process.stdout.write('{"answer": {"st', () => process.exit(3)); return; }
  if (ask === "warned") console.log("DeprecationWarning: datetime.utcnow() is deprecated");
  if (ask === "slow" && start === "1") return;
  if (ask === "pid") { console.log(JSON.stringify({ answer: process.pid })); return; }
  const trouble = ask === "troubled" ? "Redis is away" : null;
  if (ask === "refuse") console.log(JSON.stringify({ fault: "Redis is away", trouble }));
  else console.log(JSON.stringify({ answer: { start, ask, ...rest }, trouble }));
});
`;

async function talking<T>(
  work: (talk: Talk, said: string[]) => Promise<T>,
  also: (ask: Talk["ask"], start: number) => Promise<unknown> = () => Promise.resolve(),
) {
  const said: string[] = [];
  let starts = 0;
  const find = () => {
    starts += 1;
    return Promise.resolve({
      words: "pod bamf/api-a",
      command: () => ({ file: process.execPath, args: ["-e", echo, "--", String(starts)] }),
      reachFix: "grant pods/exec",
    });
  };
  const resumed: unknown[] = [];
  const resume = async (ask: Talk["ask"]) => {
    resumed.push(await ask("resume"));
    await also(ask, starts);
  };
  const io = { env: process.env, say: (line: string) => void said.push(line) };
  const talk = openTalk({ find, program: "", resume }, io);
  try {
    return { result: await work(talk, said), said, resumed };
  } finally {
    await talk.close();
  }
}

describe("a program to which questions are put", () => {
  test("answers them in turn, and is started with the first", async () => {
    const { result, resumed } = await talking((talk) =>
      Promise.all([talk.ask("one", { bridge: "b-1" }), talk.ask("two")]),
    );
    expect(result).toEqual([
      { start: "1", ask: "one", bridge: "b-1" },
      { start: "1", ask: "two" },
    ]);
    expect(resumed).toHaveLength(1);
  });

  test("that ends is started again, and brought to where it was before it is asked", async () => {
    const { result, resumed, said } = await talking(async (talk) => {
      await talk.ask("one");
      return talk.ask("die");
    });
    expect(result).toEqual({ start: "2", ask: "die" });
    expect(resumed).toMatchObject([{ start: "1" }, { start: "2" }]);
    expect(said).toEqual(["the program in pod bamf/api-a has ended: killed; it is asked again"]);
  });

  test("that cannot be started at all fails at once, with its own words", async () => {
    const { result } = await talking((talk) => talk.ask("die").catch(String));
    expect(result).toMatch(
      /the program in pod bamf\/api-a has ended: killed\. Fix: grant pods\/exec/,
    );
  });

  test("says what keeps it from holding what it is to hold", async () => {
    const { said } = await talking((talk) => talk.ask("troubled"));
    expect(said).toEqual(["Redis of the product does not take what is held: Redis is away"]);
  });

  test("whose answer is cut with its connection is asked again, and a line of its libraries is no answer", async () => {
    const { result, resumed } = await talking(async (talk) => {
      await talk.ask("one");
      return [await talk.ask("cut"), await talk.ask("warned")];
    });
    expect(result).toEqual([
      { start: "2", ask: "cut" },
      { start: "2", ask: "warned" },
    ]);
    expect(resumed).toHaveLength(2);
  });

  test("that cannot be brought to where it was is ended before another one is started", async () => {
    const pids: number[] = [];
    const refusing = async (ask: Talk["ask"], start: number) => {
      pids.push((await ask("pid")) as number);
      if (start === 2) await ask("refuse");
    };
    const { result } = await talking(async (talk) => {
      await talk.ask("one");
      return talk.ask("die");
    }, refusing);
    expect(result).toEqual({ start: "3", ask: "die" });
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("is not started again for what was still asked when it was let go", async () => {
    const { result, resumed } = await talking(async (talk) => {
      await talk.ask("one");
      const asked = Promise.allSettled([talk.ask("slow"), talk.ask("two")]);
      await talk.close();
      return (await asked).map(({ status }) => status);
    });
    expect(result).toEqual(["rejected", "rejected"]);
    expect(resumed).toHaveLength(1);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
