import { marked, type ContainerSpec } from "../../docker/objects/container-spec";
import { volumesOf } from "../../docker/settings";
import { common, type SmoltbotOnDocker } from "./on-docker";

/** PostgreSQL writes its memory out on a fast shutdown. */
const DATABASE_STOP_SECONDS = 120;

/**
 * PostgreSQL and Redis as the Compose file has them, on the volumes that are there.
 *
 * Source: `mnemom/smoltbot@33f9a5a:deploy/docker/docker-compose.yml`.
 */
export function dataContainers(smoltbot: SmoltbotOnDocker): readonly ContainerSpec[] {
  const { place, images, database, secrets } = smoltbot;
  const volumes = volumesOf(place);
  return [
    marked(
      {
        ...common(smoltbot, "postgres"),
        image: images.postgres,
        environment: { POSTGRES_DB: database.name, POSTGRES_USER: database.user },
        secretKeys: ["POSTGRES_PASSWORD"],
        aliases: ["postgres"],
        volumes: [{ volume: volumes.database, path: "/var/lib/postgresql/data" }],
        // A login: pg_isready says yes to a role and a database that are not there (T-44). Over TCP: while the image makes a new database it listens on its socket alone.
        health: {
          program: [
            "psql",
            "-h",
            "127.0.0.1",
            "-U",
            database.user,
            "-d",
            database.name,
            "-tAc",
            "SELECT 1",
          ],
          intervalSeconds: 5,
          timeoutSeconds: 3,
          startSeconds: 60,
          retries: 5,
        },
        stopSeconds: Math.max(DATABASE_STOP_SECONDS, place.stopSeconds),
      },
      secrets,
    ),
    marked(
      {
        ...common(smoltbot, "redis"),
        image: images.redis,
        command: ["redis-server", "--appendonly", "yes"],
        aliases: ["redis"],
        volumes: [{ volume: volumes.cache, path: "/data" }],
        // redis-cli ends with 0 also while Redis loads its data.
        health: {
          program: ["sh", "-c", "redis-cli ping | grep -q PONG"],
          intervalSeconds: 5,
          timeoutSeconds: 3,
          startSeconds: 60,
          retries: 5,
        },
      },
      secrets,
    ),
  ];
}
