import { join } from "node:path";
import type { ImagePlan } from "../../cluster/write-image";
import { fill } from "./fill";

/** Name of the image with Redis. */
export const redisImage = "docker.io/library/redis:7-alpine";

/**
 * An image of this machine's own Redis that keeps what of the official one is seen from outside.
 *
 * Source: docker-library/redis@7-alpine (Dockerfile, docker-entrypoint.sh).
 */
export const redisPlan = (version: string): ImagePlan => ({
  name: redisImage,
  config: {
    Env: ["PATH=/usr/local/bin:/usr/bin:/bin", `REDIS_VERSION=${version}`],
    Entrypoint: ["docker-entrypoint.sh"],
    Cmd: ["redis-server"],
    ExposedPorts: { "6379/tcp": {} },
    Volumes: { "/data": {} },
    WorkingDir: "/data",
  },
  fill: (root) =>
    fill(root, {
      programs: ["/usr/bin/redis-server", "/usr/bin/redis-cli", "/usr/bin/setpriv"],
      shell: ["sh", "cat", "chown", "echo", "find", "grep", "id", "ls", "sleep", "test"],
      account: { name: "redis", id: 999, folder: "/data" },
      entrypoint: join(import.meta.dirname, "redis-entrypoint.sh"),
      empty: ["data"],
    }),
});
