import { named, type ContainerSpec } from "../../docker/objects/container-spec";
import { volumesOf } from "../../docker/settings";
import { common, type SmoltbotOnDocker } from "./on-docker";

/** Folder of the image that belongs to its user; a new volume takes its owner over. Source: `docker-library/haproxy@2.6:Dockerfile`. */
const FOLDER = "/var/lib/haproxy";
/** Where the step writes its configuration. */
export const PROXY_CONFIG = `${FOLDER}/haproxy.cfg`;
/** Socket of its runtime API. */
export const PROXY_SOCKET = `${FOLDER}/admin.sock`;

/**
 * The front proxy in the network of the host: its successor runs beside it, takes the listening sockets over the socket in their common volume, and only then
 * is the old one told to leave (SIGUSR1), which it does with its last stream (T-46). Without an old one it starts all the same.
 */
export const proxyContainer = (smoltbot: SmoltbotOnDocker): ContainerSpec =>
  named(
    {
      ...common(smoltbot, "proxy"),
      image: smoltbot.images.proxy,
      command: ["haproxy", "-W", "-db", "-f", PROXY_CONFIG, "-x", PROXY_SOCKET],
      network: "host",
      volumes: [{ volume: volumesOf(smoltbot.place).proxy, path: FOLDER }],
      // Whether it serves is asked from outside; the image brings no program that could.
      health: "none",
      stopSignal: "SIGUSR1",
      stopSeconds: smoltbot.place.drainSeconds + smoltbot.place.stopSeconds,
      dropCapabilities: true,
    },
    {},
  );
