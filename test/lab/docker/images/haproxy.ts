import { join } from "node:path";
import type { ImagePlan } from "../../cluster/write-image";
import { fill } from "./fill";

/** Name of the image with HAProxy. */
export const haproxyImage = "docker.io/library/haproxy:2.6-alpine";

/**
 * An image of this machine's own HAProxy that keeps what of the official one is seen from outside.
 *
 * Source: docker-library/haproxy@2.6-alpine (Dockerfile, docker-entrypoint.sh).
 */
export const haproxyPlan = (version: string): ImagePlan => ({
  name: haproxyImage,
  config: {
    User: "haproxy",
    Env: [
      "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/bin",
      `HAPROXY_VERSION=${version}`,
    ],
    Entrypoint: ["docker-entrypoint.sh"],
    Cmd: ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"],
    WorkingDir: "/var/lib/haproxy",
    StopSignal: "SIGUSR1",
  },
  fill: (root) =>
    fill(root, {
      programs: ["/usr/sbin/haproxy"],
      shell: ["sh", "cat", "echo", "grep", "ls", "mkdir", "nc", "rm", "sleep", "test", "wget"],
      account: { name: "haproxy", id: 99, folder: "/var/lib/haproxy" },
      entrypoint: join(import.meta.dirname, "haproxy-entrypoint.sh"),
      empty: ["var/lib/haproxy", "usr/local/etc/haproxy"],
    }),
});
