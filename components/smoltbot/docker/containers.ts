import { dataContainers } from "./data-containers";
import { proxyContainer } from "./proxy-container";
import { common, type SmoltbotOnDocker } from "./on-docker";
import { loopbackAddress } from "../../docker/objects/loopback-address";
import { named, type ContainerSpec } from "../../docker/objects/container-spec";
import type { ProxyServer } from "../../docker/proxy/haproxy-config";

/** Everything of one release of smoltbot on a Docker host, in the order in which it starts. */
export interface SmoltbotContainers {
  /** They stay over an upgrade, and are replaced only if their own settings change. */
  readonly data: readonly ContainerSpec[];
  /** Runs once; nothing of the release starts before it has succeeded (S-13). */
  readonly migrate: ContainerSpec;
  readonly gateways: readonly ContainerSpec[];
  readonly observer: ContainerSpec;
  readonly proxy: ContainerSpec;
  /** Where the front proxy finds the gateways. */
  readonly servers: readonly ProxyServer[];
}

/** Port on which the gateway listens. Source: `mnemom/smoltbot@33f9a5a:deploy/docker/Dockerfile.gateway`. */
const PORT = 8787;
/** User of the image. Source: the same. */
const NOBODY = "65534:65534";

/**
 * The containers of one release, a function of the stack file alone. Gateways, observer and migration have names of their own for each release and each
 * setting, so that the new ones are made before the old ones are removed; the database and Redis have one name each, since nothing may run twice on a volume.
 */
export function smoltbotContainers(smoltbot: SmoltbotOnDocker): SmoltbotContainers {
  const gateways = Array.from({ length: smoltbot.replicas }, (_, index) =>
    gatewayContainer(smoltbot, index),
  );
  return {
    data: dataContainers(smoltbot),
    migrate: migrateContainer(smoltbot),
    gateways,
    observer: observerContainer(smoltbot),
    proxy: proxyContainer(smoltbot),
    servers: gateways.map(({ name }) => ({
      name,
      address: `${loopbackAddress(name)}:${smoltbot.place.innerPort}`,
    })),
  };
}

function gatewayContainer(smoltbot: SmoltbotOnDocker, index: number): ContainerSpec {
  const { place, images, version } = smoltbot;
  const spec = named(
    {
      ...common(smoltbot, "gateway"),
      name: `${place.project}-gateway-${nameable(version)}-${index + 1}`,
      image: images.gateway,
      ...programOf(smoltbot, "gateway"),
      aliases: ["gateway"],
      // Part of what its name follows from; the address follows from the name.
      ports: [{ address: "", hostPort: place.innerPort, port: PORT }],
      // Readiness, and not only life: the front proxy is shown a gateway that can serve. busybox' wget fails on 503, which curl does not (T-15).
      health: {
        program: ["wget", "-q", "-O", "/dev/null", `http://127.0.0.1:${PORT}/health/ready`],
        intervalSeconds: 5,
        // The gateway's own check of Supabase may take 5 s.
        timeoutSeconds: 8,
        startSeconds: 150,
        retries: 3,
      },
    },
    smoltbot.secrets,
  );
  const address = loopbackAddress(spec.name);
  return { ...spec, ports: spec.ports.map((port) => ({ ...port, address })) };
}

/** It opens no port: the check that its image brings would call it unwell for ever (T-01). */
const observerContainer = (smoltbot: SmoltbotOnDocker): ContainerSpec =>
  named(
    {
      ...common(smoltbot, "observer"),
      name: `${smoltbot.place.project}-observer-${nameable(smoltbot.version)}`,
      image: smoltbot.images.gateway,
      ...programOf(smoltbot, "scheduler"),
      aliases: ["observer"],
      health: "none",
    },
    smoltbot.secrets,
  );

/** No arguments, a connection string that is escaped, a folder for its temporary file: what it cannot do without (T-05). */
const migrateContainer = (smoltbot: SmoltbotOnDocker): ContainerSpec =>
  named(
    {
      ...common(smoltbot, "migrate"),
      name: `${smoltbot.place.project}-migrate-${nameable(smoltbot.version)}`,
      image: smoltbot.images.migrate,
      environment: { TMPDIR: "/tmp" },
      secretKeys: ["POSTGRES_URL"],
      tmpfs: ["/tmp"],
      health: "none",
      start: "by a step",
      restart: "no",
      readOnly: true,
      dropCapabilities: true,
      user: NOBODY,
    },
    smoltbot.secrets,
  );

/** Both names of the role: later source reads the second one, under the same image name (T-44). */
const programOf = ({ secrets, environment }: SmoltbotOnDocker, role: string) => ({
  environment: {
    ...(Object.hasOwn(secrets, "REDIS_URL") ? {} : { REDIS_URL: "redis://redis:6379" }),
    ...environment,
    SMOLTBOT_ROLE: role,
    MNEMOM_ROLE: role,
  },
  secretKeys: Object.keys(secrets)
    .filter((key) => key !== "POSTGRES_PASSWORD" && key !== "POSTGRES_URL")
    .sort(),
  tmpfs: ["/tmp"],
  readOnly: true,
  dropCapabilities: true,
  user: NOBODY,
});

const nameable = (version: string): string => version.replaceAll(/[^a-zA-Z0-9]+/g, "-");
