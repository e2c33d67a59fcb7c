/** Folder of the front proxy's image that belongs to its user; a new volume takes its owner over. Source: `docker-library/haproxy@2.6:Dockerfile`. */
export const PROXY_FOLDER = "/var/lib/haproxy";

/** Name of the configuration there, which a step writes. */
export const PROXY_CONFIG = "haproxy.cfg";

/** Link to the socket of the front proxy that serves: a step lets it point to the new one once that has taken over. */
export const SERVING_SOCKET = `${PROXY_FOLDER}/serving.sock`;

/** Socket of one front proxy. @param container - its name */
export const socketOf = (container: string): string => `${PROXY_FOLDER}/${container}.sock`;
