import { setTimeout as pause } from "node:timers/promises";

/** The stand-in sends so many events of a stream in a second. */
const EVENTS_PER_SECOND = 10;

/** How a server-sent stream has ended: `whole` with every event and the one that says so, or what came of it. @param events - how many it has */
export async function readStream(url: string, events: number): Promise<string> {
  const answer = await fetch(`${url}/anthropic/v1/messages`, {
    method: "POST",
    headers: { "x-api-key": "k", "content-type": "application/json" },
    body: JSON.stringify({ stream: true, max_tokens: events }),
  });
  const text = await answer.text();
  const came = text.match(/^event: content_block_delta$/gm)?.length ?? 0;
  return came === events && text.endsWith("event: message_stop\ndata: {}\n\n")
    ? "whole"
    : `${answer.status}, cut after ${came} events`;
}

/** What became of streams that were held open. */
export interface StreamReport {
  readonly whole: number;
  /** How each of the others has ended. */
  readonly cut: readonly string[];
}

/** Streams that are held open. */
export interface Streams {
  /** Opens no more, and waits for the end of those that are open. */
  readonly stop: () => Promise<StreamReport>;
}

/** Keeps so many streams open until it is stopped: for each that ends another one begins at once. @param seconds - how long each lasts */
export function holdStreams(url: string, count: number, seconds: number): Streams {
  const state = { isOver: false };
  const ends: string[] = [];
  const held = Array.from({ length: count }, async () => {
    do {
      const end = await readStream(url, seconds * EVENTS_PER_SECOND).catch(String);
      ends.push(end);
      // A server that is away is not asked without a pause.
      if (end !== "whole") await pause(100);
    } while (!state.isOver);
  });
  return {
    stop: async () => {
      state.isOver = true;
      await Promise.all(held);
      const cut = ends.filter((end) => end !== "whole");
      return { whole: ends.length - cut.length, cut };
    },
  };
}
