import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { ImagePlan } from "../../cluster/write-image";
import { fill } from "./fill";

/** Name of the image with HAProxy. */
export const haproxyImage = "docker.io/library/haproxy:2.6";

/** Where HAProxy's image keeps its sockets. */
const FOLDER = "var/lib/haproxy";

/**
 * An image of this machine's own HAProxy that keeps what of the official one is seen from outside. That is made of Debian's slim image, which has the essential
 * part of Perl.
 *
 * Source: docker-library/haproxy@2.6 (Dockerfile, docker-entrypoint.sh).
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
    WorkingDir: `/${FOLDER}`,
    StopSignal: "SIGUSR1",
  },
  fill: async (root) => {
    await fill(root, {
      programs: ["/usr/sbin/haproxy", "/usr/bin/perl"],
      folders: ["/usr/lib/x86_64-linux-gnu/perl-base"],
      shell: ["sh", "cat", "echo", "grep", "ln", "ls", "mkdir", "rm", "sleep", "test"],
      account: { name: "haproxy", id: 99, folder: `/${FOLDER}` },
      entrypoint: join(import.meta.dirname, "haproxy-entrypoint.sh"),
      empty: [FOLDER, "usr/local/etc/haproxy"],
    });
    // It belongs to the account there; here every file is root's.
    await chmod(join(root, FOLDER), 0o1777);
  },
});
