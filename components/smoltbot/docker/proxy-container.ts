import { named, type ContainerSpec } from "../../docker/objects/container-spec";
import { SOCKET_VARIABLE } from "../../docker/proxy/haproxy-config";
import { volumesOf } from "../../docker/settings";
import { common, type SmoltbotOnDocker } from "./on-docker";

/** Folder of the image that belongs to its user; a new volume takes its owner over. Source: `docker-library/haproxy@2.6:Dockerfile`. */
const FOLDER = "/var/lib/haproxy";
/** Where the step writes its configuration. */
export const PROXY_CONFIG = `${FOLDER}/haproxy.cfg`;
/** Link to the socket of the front proxy that serves: the step lets it point to the new one once that has taken over. */
export const SERVING_SOCKET = `${FOLDER}/serving.sock`;

/**
 * The front proxy in the network of the host: its successor runs beside it, takes the listening sockets over the socket in their common volume, and only then
 * is the old one told to leave (SIGUSR1), which it does with its last stream (T-46). Without an old one it starts all the same.
 */
export function proxyContainer(smoltbot: SmoltbotOnDocker): ContainerSpec {
  const spec = named({
    ...common(smoltbot, "proxy"),
    image: smoltbot.images.proxy,
    command: ["haproxy", "-W", "-db", "-f", PROXY_CONFIG, "-x", SERVING_SOCKET],
    network: "host",
    volumes: [{ volume: volumesOf(smoltbot.place).proxy, path: FOLDER }],
    // Whether it serves is asked from outside; the image brings no program that could.
    health: "none",
    stopSignal: "SIGUSR1",
    stopSeconds: smoltbot.place.drainSeconds + smoltbot.place.stopSeconds,
    dropCapabilities: true,
  });
  return { ...spec, environment: { [SOCKET_VARIABLE]: `${FOLDER}/${spec.name}.sock` } };
}
