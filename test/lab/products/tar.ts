/** One entry of a tar archive; owner root, time zero, so that equal contents give equal archives. */
export type TarEntry =
  | { readonly path: string; readonly mode: number; readonly content: Buffer }
  | { readonly path: string; readonly linkTo: string }
  | { readonly path: string; readonly mode: number };

const blockSize = 512;

/**
 * Packs entries into one ustar archive, in the given order.
 *
 * @throws Error where a path has more than 100 bytes.
 */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = "content" in entry ? entry.content : Buffer.alloc(0);
    const padding = (blockSize - (content.length % blockSize)) % blockSize;
    return [header(entry, content.length), content, Buffer.alloc(padding)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * blockSize)]);
}

function header(entry: TarEntry, size: number): Buffer {
  if (Buffer.byteLength(entry.path) > 100)
    throw new Error(`path too long for ustar: ${entry.path}`);
  const block = Buffer.alloc(blockSize);
  block.write(entry.path, 0);
  block.write(octal("mode" in entry ? entry.mode : 0o777, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  block.write(" ".repeat(8), 148);
  block.write(typeOf(entry), 156);
  if ("linkTo" in entry) block.write(entry.linkTo, 157);
  block.write("ustar\0" + "00", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

const octal = (value: number, width: number): string =>
  `${value.toString(8).padStart(width - 1, "0")}\0`;

function typeOf(entry: TarEntry): string {
  if ("content" in entry) return "0";
  return "linkTo" in entry ? "2" : "5";
}
