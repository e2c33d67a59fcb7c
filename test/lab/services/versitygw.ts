import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Daemon } from "../daemon";
import type { Settings } from "../settings";

/** Id of the root account's access key. */
export const BUCKET_KEY_ID = "gateways-lab";

/** The server of the Versity S3 Gateway, a real one: every bucket is a folder, on loopback alone. */
export async function versitygw({ home, ports }: Settings, secret: string): Promise<Daemon> {
  const folder = join(home, "buckets");
  await mkdir(folder, { recursive: true });
  const address = `127.0.0.1:${ports.buckets}`;
  return {
    name: "versitygw",
    command: [join(home, "bin", "versitygw"), "--port", address, "--quiet", "posix", folder],
    env: { ROOT_ACCESS_KEY_ID: BUCKET_KEY_ID, ROOT_SECRET_ACCESS_KEY: secret },
    listens: [{ host: "127.0.0.1", port: ports.buckets }],
    // Who shows no credentials is refused, by a server that is ready.
    ready: async () =>
      (await fetch(`http://${address}/`, { signal: AbortSignal.timeout(2000) })).status < 500,
  };
}
