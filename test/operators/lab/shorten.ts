/**
 * Leaves out of a sequence what it breaks its law without, one by one from its end. Each try is played, which is what it costs: as many as the sequence is long.
 *
 * @param sequence breaks a law as it is, with its last operation.
 * @param breaks plays a shorter one.
 * @param inTime false once there is no time for another try.
 * @returns a sequence that was seen to break a law; where there was time, one of which none of the others could be left out.
 */
export async function shorten<One>(
  sequence: readonly One[],
  breaks: (shorter: readonly One[]) => Promise<boolean>,
  inTime: () => boolean,
): Promise<readonly One[]> {
  let shortest = sequence;
  for (let at = sequence.length - 2; at >= 0 && inTime(); at -= 1) {
    const shorter = shortest.toSpliced(at, 1);
    if (await breaks(shorter)) shortest = shorter;
  }
  return shortest;
}
