import { BIND_LABEL, named, type ContainerSpec } from "../../docker/objects/container-spec";
import { SOCKET_VARIABLE } from "../../docker/proxy/haproxy-config";
import { PROXY_CONFIG, PROXY_FOLDER, SERVING_SOCKET, socketOf } from "../../docker/proxy/places";
import { volumesOf } from "../../docker/settings";
import { common, type SmoltbotOnDocker } from "./on-docker";

/**
 * The front proxy in the network of the host: its successor runs beside it, takes the listening sockets over the socket in their common volume, and only then
 * is the old one told to leave (SIGUSR1), which it does with its last stream (T-46). Without an old one it starts all the same. A step starts it, which
 * writes its configuration first.
 */
export function proxyContainer(smoltbot: SmoltbotOnDocker): ContainerSpec {
  const base = common(smoltbot, "proxy");
  const { address, port } = smoltbot.place.publish;
  const spec = named({
    ...base,
    // Its configuration is read at its start alone: another port needs another front proxy.
    labels: { ...base.labels, [BIND_LABEL]: `${address}:${port}` },
    image: smoltbot.images.proxy,
    command: [
      "haproxy",
      "-W",
      "-db",
      "-f",
      `${PROXY_FOLDER}/${PROXY_CONFIG}`,
      "-x",
      SERVING_SOCKET,
    ],
    network: "host",
    volumes: [{ volume: volumesOf(smoltbot.place).proxy, path: PROXY_FOLDER }],
    // Whether it serves is asked from outside; the image brings no program that could.
    health: "none",
    start: "by a step",
    stopSignal: "SIGUSR1",
    stopSeconds: smoltbot.place.drainSeconds + smoltbot.place.stopSeconds,
    dropCapabilities: true,
  });
  return { ...spec, environment: { [SOCKET_VARIABLE]: socketOf(spec.name) } };
}
