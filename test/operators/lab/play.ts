import { carryOut } from "./carry-out";
import { inWords, type Operation } from "./operation";
import { OPERATED, type ProductName } from "./product";

/** What a sequence came to: the laws that it broke, with what showed it. */
export interface Played {
  readonly broken: readonly string[];
  /** Each operation with how it ended, one line each. */
  readonly course: readonly string[];
}

/** Plays a sequence on a gateway of its own in the lab, and stops at the first broken law. */
export async function play(
  product: ProductName,
  operations: readonly Operation[],
  say: (line: string) => void,
): Promise<Played> {
  const gateway = await OPERATED[product].open();
  const course: string[] = [];
  try {
    for (const operation of operations) {
      const { ended, broken } = await carryOut(gateway, operation);
      const line = `${inWords(operation)}: ${ended}`;
      course.push(line);
      say(line);
      if (broken.length > 0) return { broken, course };
    }
    return { broken: [], course };
  } finally {
    await gateway.close();
  }
}
