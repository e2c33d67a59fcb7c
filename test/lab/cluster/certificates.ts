import { randomBytes } from "node:crypto";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists } from "../cache";
import { run } from "../run";

/** A certificate that the lab's own authority signs. */
export interface Wanted {
  /** File name without ending. */
  readonly name: string;
  readonly subject: string;
  /** Names and addresses of a server; a client has none. */
  readonly names?: string;
}

const validity = ["-days", "3650"];
const ellipticKey = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];

const openssl = (command: string, ...args: readonly string[]): Promise<unknown> =>
  run("openssl", [command, ...args]);

/** Makes what is missing of an authority `ca` and the certificates that it signs: `<name>.crt` and `<name>.key`. */
export async function ensureCertificates(folder: string, wanted: readonly Wanted[]): Promise<void> {
  await whole(join(folder, "ca.crt"), async (aside) => {
    const key = ["-newkey", ...ellipticKey, "-nodes", "-keyout", join(folder, "ca.key")];
    await openssl("req", "-x509", ...key, "-subj", "/CN=gateways-lab", ...validity, "-out", aside);
  });
  await Promise.all(wanted.map((each) => sign(folder, each)));
}

/** Makes a private key unless it is there. */
export const ensureKey = (path: string): Promise<void> =>
  whole(path, async (aside) => {
    await openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", aside);
  });

function sign(folder: string, { name, subject, names }: Wanted): Promise<void> {
  const file = (end: string): string => join(folder, `${name}.${end}`);
  return whole(file("crt"), async (aside) => {
    const usage = names === undefined ? "clientAuth" : `serverAuth\nsubjectAltName=${names}`;
    await writeFile(file("ext"), `extendedKeyUsage=${usage}\n`);
    const key = ["-newkey", ...ellipticKey, "-nodes", "-keyout", file("key")];
    await openssl("req", "-new", ...key, "-subj", subject, "-out", file("csr"));
    const authority = ["-CA", join(folder, "ca.crt"), "-CAkey", join(folder, "ca.key")];
    const serial = ["-set_serial", `0x${randomBytes(8).toString("hex")}`, ...validity];
    const request = ["-req", "-in", file("csr"), "-extfile", file("ext")];
    await openssl("x509", ...request, ...authority, ...serial, "-out", aside);
  });
}

// The certificate comes last and at once: a run that is cut short makes key and certificate anew.
async function whole(path: string, make: (aside: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return;
  await make(`${path}.new`);
  await rename(`${path}.new`, path);
}
