/** The text of a log of a container: each piece has a head of eight bytes, whose last four are its length. */
export function withoutHeads(log: Buffer): string {
  let text = "";
  for (let rest = log; rest.length >= 8;) {
    const end = 8 + rest.readUInt32BE(4);
    text += rest.subarray(8, end).toString();
    rest = rest.subarray(end);
  }
  return text;
}
