import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { startClient, type Client } from "../../postgres/client";
import type { Container } from "../../upgrade/platform";
import { redactorOf } from "../../upgrade/redact";
import { StepFailure, wordsOf, type StepIo } from "../../upgrade/step-io";
import { isMap } from "../../upgrade/values";
import { patience } from "../../upgrade/patience";

/** A program to which questions are put, one JSON line each. */
export interface Talk {
  /**
   * Puts a question. Of a program that is gone another one is started, and told what the one before knew.
   *
   * @throws StepFailure if none can be started for a while, or it cannot do what it is asked.
   */
  readonly ask: (name: string, question?: object) => Promise<unknown>;
  /** Lets the program end by itself: it gives back what it holds. Never throws. */
  readonly close: () => Promise<void>;
}

export interface TalkArgs {
  /** The container in which it runs; asked anew for each start. */
  readonly find: () => Promise<Container>;
  /** The program, for `python -c`. */
  readonly program: string;
  /** Puts the questions that bring a new program to where the one before was. */
  readonly resume: (ask: Talk["ask"]) => Promise<void>;
}

/** How long a program may be gone, in milliseconds, and the pause between two starts. */
const GONE_MS = 90_000;
const PAUSE_MS = 2000;
/** A question that takes longer has got lost on the way. */
const ANSWER_MS = 30_000;
/** How long it gets to give back what it holds. */
const END_MS = 10_000;
/** Often enough that the program knows that somebody is there. */
const ALIVE_MS = 5000;

/** One start of the program. */
interface Line {
  readonly ask: (question: object) => Promise<Answer>;
  readonly end: () => Promise<void>;
}

interface Answer {
  readonly answer?: unknown;
  /** What it could not do. */
  readonly fault?: string;
  /** What keeps it from holding what it is to hold. */
  readonly trouble?: string | null;
}

/** Starts the program with the first question. */
export function openTalk(args: TalkArgs, io: StepIo): Talk {
  let line: Line | undefined;
  let hasAnswered = false;
  let isClosed = false;
  const wasClosed = () => isClosed;
  let queue: Promise<unknown> = Promise.resolve();
  const putTo = async (to: Line, name: string, question: object): Promise<unknown> =>
    answerOf(await to.ask({ ask: name, ...question }), io);
  const started = async (): Promise<Line> => {
    if (isClosed) throw new Error("nothing is asked of a program that was let go");
    const fresh = await start(args, io);
    try {
      await args.resume((name, question = {}) => putTo(fresh, name, question));
      if (wasClosed()) throw new Error("the program was let go as it started");
    } catch (error) {
      // Nobody else knows of it: its input would stay open, and this process would wait for its end.
      await fresh.end();
      throw error;
    }
    return fresh;
  };
  const ask = async (name: string, question: object): Promise<unknown> => {
    for (const end = Date.now() + GONE_MS; ;) {
      try {
        line ??= await started();
        const answer = await putTo(line, name, question);
        hasAnswered = true;
        return answer;
      } catch (error) {
        const isOver = isClosed || io.signal?.aborted === true || !hasAnswered || Date.now() > end;
        if (isOver || !(error instanceof Gone)) throw error;
        io.say(`${error.reason}; it is asked again`);
        if (error.hasEnded) line = undefined;
        await pause(PAUSE_MS, undefined, { signal: io.signal });
      }
    }
  };
  const inTurn = (name: string, question: object): Promise<unknown> => {
    const answered = queue.then(() => ask(name, question));
    queue = answered.catch(() => undefined);
    return answered;
  };
  const alive = setInterval(() => {
    // Only a program that runs is kept from thinking that nobody is there.
    if (line !== undefined) void inTurn("state", { bridge: "" }).catch(() => undefined);
  }, ALIVE_MS);
  alive.unref();
  return {
    ask: (name, question = {}) => inTurn(name, question),
    close: async () => {
      // What is asked by now, such as a sign of life, starts no program any more.
      isClosed = true;
      clearInterval(alive);
      await line?.end();
      line = undefined;
    },
  };
}

/** The program has ended, or cannot do its work now: the next try may succeed. */
class Gone extends StepFailure {
  constructor(
    reason: string,
    fix: string,
    /** Whether another one has to be started. */
    readonly hasEnded = true,
  ) {
    super(reason, fix);
  }
}

async function start({ find, program }: TalkArgs, io: StepIo): Promise<Line> {
  const container = await find().catch((error: unknown) => {
    throw new Gone(wordsOf(error), "see that an API pod is ready, then run the upgrade again");
  });
  const redact = redactorOf(io.env);
  const client = startClient({
    ...container.command(["python", "-u", "-c", program]),
    env: io.env,
    redact,
  });
  const lines = createInterface({ input: client.stdout, crlfDelay: Infinity });
  const waiting: ((answer: Answer) => void)[] = [];
  lines.on("line", (text) => {
    const answer = answerIn(text);
    if (answer !== undefined) waiting.shift()?.(answer);
  });
  const lost = client.end.then(({ words }) => {
    throw new Gone(
      `the program in ${container.words} has ended: ${words || "the connection was lost"}`,
      container.reachFix,
    );
  });
  lost.catch(() => undefined);
  return {
    ask: (question) => {
      const answered = new Promise<Answer>((resolve, reject) => {
        const tooLong = () => {
          // Its answers would be taken for those to later questions.
          client.kill();
          reject(new Gone(`the program in ${container.words} does not answer`, container.reachFix));
        };
        const late = patience(ANSWER_MS, tooLong, { keepsAlive: false });
        waiting.push((answer) => {
          late.end();
          resolve(answer);
        });
      });
      client.stdin.write(`${JSON.stringify(question)}\n`);
      return Promise.race([answered, lost]);
    },
    end: () => ended(client),
  };
}

/** @throws Gone if the program could not do what it was asked */
function answerOf({ answer, fault, trouble }: Answer, io: StepIo): unknown {
  if (trouble) io.say(`Redis of the product does not take what is held: ${trouble}`);
  if (fault !== undefined)
    throw new Gone(
      `the product's Redis could not be asked: ${fault}`,
      "see that Redis is reached from the API pods, then run the upgrade again",
      false,
    );
  return answer;
}

/** Undefined for what is no answer: the rest of one whose connection was cut, or what a library in the pod has printed. */
function answerIn(line: string): Answer | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isMap(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Where it holds on for a bridge that stops, it is left alone in its container. */
async function ended(client: Client): Promise<void> {
  client.stdin.end();
  const over = new AbortController();
  const leave = pause(END_MS, undefined, { signal: over.signal }).then(
    () => {
      client.kill();
    },
    () => undefined,
  );
  await Promise.race([client.end, leave]);
  over.abort();
}
