import { couldNotLook } from "../../upgrade/could-not-look";
import { inMebibytes } from "../../upgrade/counted";
import { gate, type Finding } from "../../upgrade/finding";
import type { Observation } from "../../upgrade/observation";
import type { HostFacts } from "../facts/host-facts";

const { pass, block, unknown } = gate("host-memory");

/** What one chapter starts beside all that runs. */
export interface MemoryNeed {
  readonly chapter: "backup" | "schema" | "rollout";
  /** `2 gateways and an observer` */
  readonly what: string;
  /** Sum of their limits. */
  readonly bytes: number;
}

/**
 * Lets an upgrade begin only if the new containers have room beside the old ones (S-05): for a while both gateways run, and if memory runs out the kernel ends
 * whichever it likes, the database among them. Chapters follow one another, so each is judged alone.
 */
export function hostMemory({
  host,
  needs,
  at,
}: {
  readonly host: Observation<Pick<HostFacts, "daemon" | "room">>;
  readonly needs: readonly MemoryNeed[];
  /** The daemon's address. */
  readonly at: string;
}): readonly Finding[] {
  if (!host.observed) return [unknown(couldNotLook(at, "the Docker daemon", host.reason))];
  const { daemon, room } = host.value;
  if (!room.memory.observed)
    return [unknown(couldNotLook(at, "the free memory of the host", room.memory.reason))];
  const free = room.memory.value;
  const short = needs.filter(({ bytes }) => bytes > free);
  if (short.length === 0)
    return [
      pass({
        at,
        found: `${inMebibytes(free)} of ${inMebibytes(daemon.memory)} memory free, for at most ${inMebibytes(Math.max(0, ...needs.map(({ bytes }) => bytes)))} beside what runs`,
      }),
    ];
  return short.map(({ chapter, what, bytes }) =>
    block({
      at,
      found: `${inMebibytes(free)} memory free for ${what} in the ${chapter}, beside what runs`,
      expected: inMebibytes(bytes),
      fix: "free memory on the host, or lower the limits in the stack file",
    }),
  );
}
