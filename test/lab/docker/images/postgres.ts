import { readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { ImagePlan } from "../../cluster/write-image";
import { fill } from "./fill";

/** Name of the image with a server of PostgreSQL; the cluster has only the client programs under it. */
export const postgresImage = "docker.io/library/postgres:15-alpine";

const MAJOR = "15";
const HOME = `/usr/lib/postgresql/${MAJOR}`;
const SHARE = `/usr/share/postgresql/${MAJOR}`;
const DATA = "/var/lib/postgresql/data";

/** Libraries of the server that need a compiler or a kernel of their own. */
const LEFT_OUT = ["llvmjit.so", "sepgsql.so"];

const shell = [
  ...["sh", "cat", "chmod", "chown", "date", "df", "du", "echo", "env", "find", "grep", "gzip"],
  ...["head", "id", "kill", "ls", "mkdir", "mv", "printf", "ps", "rm", "sed", "sleep", "tail"],
  ...["mktemp", "tee", "test", "touch", "wc", "awk", "stat", "sync"],
];

/**
 * An image of this machine's own PostgreSQL that keeps what of the official one is seen from outside: variables, entrypoint, data folder, who may log in how.
 *
 * Source: docker-library/postgres@15-alpine (Dockerfile, docker-entrypoint.sh).
 */
export const postgresPlan = (version: string): ImagePlan => ({
  name: postgresImage,
  config: {
    Env: [
      `PATH=${HOME}/bin:/usr/local/bin:/usr/bin:/bin`,
      ...["LANG=C.UTF-8", `PG_MAJOR=${MAJOR}`, `PG_VERSION=${version}`, `PGDATA=${DATA}`],
    ],
    Entrypoint: ["docker-entrypoint.sh"],
    Cmd: ["postgres"],
    ExposedPorts: { "5432/tcp": {} },
    Volumes: { [DATA]: {} },
    StopSignal: "SIGINT",
  },
  fill: async (root) => {
    const libraries = (await readdir(join(HOME, "lib"))).filter(
      (name) => name.endsWith(".so") && !LEFT_OUT.includes(name),
    );
    await fill(root, {
      programs: [
        ...(await readdir(join(HOME, "bin"))).map((name) => join(HOME, "bin", name)),
        ...libraries.map((name) => join(HOME, "lib", name)),
        "/usr/bin/setpriv",
      ],
      folders: [SHARE, "/usr/lib/locale/C.utf8", "/usr/share/zoneinfo/Etc"],
      shell,
      account: { name: "postgres", id: 70, folder: "/var/lib/postgresql" },
      entrypoint: join(import.meta.dirname, "postgres-entrypoint.sh"),
      empty: [DATA, "var/run/postgresql", "docker-entrypoint-initdb.d"],
    });
    await symlink("Etc/UTC", join(root, "usr/share/zoneinfo/UTC"));
  },
});
