import { z } from "zod";
import { isTree } from "../config/merge";
import { seconds } from "../config/schema";
import { dnsLabel, matching, text, whole } from "../config/words";

/** The least time that a stopping gateway needs for its open requests: it waits up to 15 s by itself (T-45). */
const LEAST_STOP_SECONDS = 20;

const daemonAddress = matching(
  /^(unix:\/\/\/\S+|ssh:\/\/[^\s@/]+@(\[[\da-fA-F:]+\]|[^\s@/:[\]]+)(:\d+)?)$/,
  "a socket such as unix:///var/run/docker.sock, or ssh://user@host",
);

const dockerName = matching(
  /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/,
  "a name of Docker: letters, digits, _, . and -",
);

/** Others of IPv6 the front proxy would serve, and no step could ask it there. */
const ipAddress = matching(
  /^(::|((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4})$/,
  "an IPv4 address of the host, or :: for all of its addresses",
);

const port = whole("a port").max(65_535, "a port: at most 65535");

const limits = (what: string, memoryMiB: number, cpus: number) =>
  z
    .strictObject({
      memoryMiB: whole("MiB", 6).default(memoryMiB).describe("Most memory, in MiB."),
      cpus: z.number("CPUs").positive("CPUs: more than 0").default(cpus).describe("Most CPUs."),
    })
    .prefault({})
    .describe(`Limits of ${what}.`);

const volumes = z
  .strictObject({
    database: dockerName.optional().describe("Default: `<project>_pgdata`."),
    cache: dockerName.optional().describe("Default: `<project>_redisdata`."),
  })
  .prefault({})
  .describe("Volumes by name: one that is there is taken as it is, and none is ever removed.");

const publish = z
  .strictObject({
    address: ipAddress
      .default("0.0.0.0")
      .describe("IPv4 address of the host, or `::` for all of its addresses."),
    port: port.default(8787).describe("Port of the host."),
  })
  .prefault({})
  .describe("Where requests come in: the front proxy listens there.");

const limitsOfAll = z
  .strictObject({
    gateway: limits("one gateway", 512, 1),
    observer: limits("the observer", 256, 0.5),
    migrate: limits("the migration", 256, 0.5),
    postgres: limits("PostgreSQL", 1024, 2),
    redis: limits("Redis", 256, 0.5),
    proxy: limits("the front proxy", 128, 1),
  })
  .prefault({})
  .describe("Most memory and CPUs of one container each.");

const log = z
  .strictObject({
    maxSizeMiB: whole("MiB").default(10).describe("Size at which a log file is ended."),
    files: whole("files", 2).default(5).describe("Number of log files that are kept."),
  })
  .prefault({})
  .describe("How much log of each container is kept; Docker's default is all of it.");

const images = z
  .strictObject({
    gateway: text("name of an image, without tag")
      .default("ghcr.io/mnemom/gateway")
      .describe("Image of gateway and observer, without its tag: the release is the tag."),
    postgres: text("name of an image")
      .default("postgres:16-alpine")
      .describe("Image of PostgreSQL, of the major that its volume has."),
    redis: text("name of an image").default("redis:7-alpine").describe("Image of Redis."),
    proxy: text("name of an image")
      .default("haproxy:2.6")
      .describe("Image of the front proxy: HAProxy, with sh and perl or socat."),
  })
  .prefault({})
  .describe("Images by what runs from them.");

const gitRef = matching(
  /^(?!.*(\.\.|@\{))[A-Za-z0-9][A-Za-z0-9._/-]*$/,
  "a tag such as v1.1.0, or a full commit id",
);

const build = z
  .strictObject({
    source: text("path of a folder").describe(
      "Folder of a Git repository, relative to the program. A folder with changes that no commit has is refused.",
    ),
    ref: gitRef
      .optional()
      .describe(
        "What is built: a tag, or a full commit id. A branch is refused. Default: `v` and the version.",
      ),
    migrate: z
      .boolean("true or false")
      .default(true)
      .describe(
        "Builds the image of the migration, too; `false` pulls it (`schema.image`), for a source without a Dockerfile of it.",
      ),
  })
  .describe(
    "Builds the images of the release on the host, from source, instead of pulling them. One that the host has is not built again. Default: they are pulled.",
  );

const database = z
  .strictObject({
    name: text("name of the database").default("smoltbot").describe("Name of the database."),
    user: text("name of a database role").default("smoltbot").describe("Role that owns it."),
  })
  .prefault({})
  .describe("The database and its role, as its volume was made or is to be made.");

/** Where a gateway runs on a Docker host. @param product - its name, which the project has unless the stack file says otherwise */
export const dockerPlace = (product: string) =>
  z
    .strictObject({
      host: daemonAddress
        .default("unix:///var/run/docker.sock")
        .describe("The Docker daemon. DOCKER_HOST of a shell never decides where an upgrade goes."),
      hostKey: text("a public key of the host, as ssh-keyscan prints it")
        .optional()
        .describe(
          "Public key of an ssh:// host. Needed there: nobody is asked whether to trust it.",
        ),
      project: dnsLabel
        .default(product)
        .describe(
          "Beginning of the name of each container, and the name of the Compose project that `adopt` takes over.",
        ),
      network: dockerName
        .optional()
        .describe(
          "Network that is there, and is taken as it is. Default: `<project>_default`, as Compose names it, which this program makes.",
        ),
      volumes,
      images,
      build: build.optional(),
      database,
      environment: z
        .record(
          // Also http_proxy and no_proxy, as a client of Docker writes them into a container.
          matching(/^[A-Za-z_][A-Za-z0-9_]*$/, "an environment variable name"),
          z.string("a text"),
        )
        .default({})
        .describe("Environment of gateway and observer without secrets."),
      publish,
      innerPort: port
        .default(18_787)
        .describe(
          "Port on loopback addresses of the host (127.x.y.z) at which the front proxy reaches each gateway. No other program may have it.",
        ),
      limits: limitsOfAll,
      log,
      stopSeconds: whole("seconds", LEAST_STOP_SECONDS)
        .default(LEAST_STOP_SECONDS)
        .describe("From the signal until a stopping container is killed, in seconds."),
      drainSeconds: seconds
        .default(300)
        .describe(
          "Longest wait for what is open with an old gateway or an old front proxy, in seconds. What is open then is cut, and counted.",
        ),
    })
    // Asked whatever else is wrong: all faults of a stack file are named at once.
    .refine(({ host, hostKey }) => !/^ssh:/.test(host) || hostKey !== undefined, {
      path: ["hostKey"],
      error: "the public key of the host, since its host begins with ssh://",
      when: ({ value }) => isTree(value),
    })
    .refine(({ publish, innerPort }) => publish.port !== innerPort, {
      path: ["innerPort"],
      error: "another port than publish.port, which the front proxy has",
      when: ({ value }) => isTree(value) && isTree(value["publish"]),
    });

/** The same, with every default filled in. */
export type DockerPlace = z.infer<ReturnType<typeof dockerPlace>>;

/** Name of the network of a place. */
export const networkOf = ({ network, project }: DockerPlace): string =>
  network ?? `${project}_default`;

/** Names of the volumes of a place. */
export const volumesOf = ({ volumes, project }: DockerPlace) => ({
  database: volumes.database ?? `${project}_pgdata`,
  cache: volumes.cache ?? `${project}_redisdata`,
  proxy: `${project}_proxy`,
});
