import { setTimeout as pause } from "node:timers/promises";
import type { Stage } from "./stage";

/** Far above every number of tunnels, and yet a number for the product. */
const far = "1000000000";

/** Repeats a look or a hold until it is told to stop. */
export function hold(everyMs: number, act: () => Promise<void>): { stop: () => Promise<void> } {
  const over = new AbortController();
  const running = (async () => {
    while (!over.signal.aborted) {
      await act();
      await pause(everyMs);
    }
  })();
  return {
    stop: async () => {
      over.abort();
      await running;
    },
  };
}

/** Keeps new tunnels off a bridge until it registers anew, as its status and its scores alone can. */
export async function cordonByScore(
  { redis }: Pick<Stage, "redis">,
  bridge: string,
): Promise<{ stop: () => Promise<void> }> {
  const key = `bridge:${bridge}`;
  const registered = await redis("HGET", key, "registered_at");
  const once = async (): Promise<void> => {
    const now = await redis("HGET", key, "registered_at");
    if (now !== "" && now !== registered) return;
    if (now !== "") await redis("HSET", key, "status", "draining");
    for (const set of ["bridges:available", "bridges:available:default"])
      await redis("ZADD", set, far, bridge);
  };
  await once();
  return hold(300, once);
}

/**
 * Keeps sessions where the end of their tunnels deletes them: all of them, since a session that came back once may name the bridge that it left long ago.
 */
export async function guardSessions({
  redis,
}: Pick<Stage, "redis">): Promise<{ stop: () => Promise<void>; readonly guarded: number }> {
  const found = (await redis("KEYS", "session:*")).split("\n");
  const keys = found.filter((it) => it !== "" && !it.endsWith("creds"));
  const values = async (): Promise<readonly string[]> => (await redis("MGET", ...keys)).split("\n");
  const newest = [...(await values())];
  const holding = hold(100, async () => {
    const now = await values();
    await Promise.all(
      keys.map(async (key, index) => {
        if ((now[index] ?? "") === "") await redis("SET", key, newest[index]!, "EX", "300", "NX");
        else newest[index] = now[index]!;
      }),
    );
  });
  return { ...holding, guarded: keys.length };
}
