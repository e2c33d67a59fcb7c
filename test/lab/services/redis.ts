import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { answers, type Daemon } from "../daemon";
import type { Settings } from "../settings";

/** A Redis server of the lab's own; it keeps nothing on disk. */
export async function redis(settings: Settings): Promise<Daemon> {
  const folder = join(settings.home, "redis");
  await mkdir(folder, { recursive: true });
  const port = settings.ports.redis;
  const options = {
    port,
    dir: folder,
    save: "",
    appendonly: "no",
    "protected-mode": "no",
    daemonize: "no",
  };
  return {
    name: "redis",
    command: [
      "redis-server",
      ...Object.entries(options).flatMap(([key, value]) => [`--${key}`, String(value)]),
      "--bind",
      "127.0.0.1",
      settings.nodeAddress,
    ],
    listens: ["127.0.0.1", settings.nodeAddress].map((host) => ({ host, port })),
    ready: () => answers({ host: settings.nodeAddress, port }),
  };
}
