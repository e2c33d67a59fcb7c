import { fingerprint } from "../../upgrade/fingerprint";

/**
 * An address of the host itself that belongs to one container: `127.18.4.7`. A front proxy in the network of the host reaches the container there, whatever
 * address Docker gives it after a restart, and nobody outside of the host does. It follows from the name alone; two names meet once in 16 million.
 */
export function loopbackAddress(name: string): string {
  const hash = fingerprint(name);
  // Neither 0 nor 255, which some programs take for a network or a broadcast.
  const parts = [0, 2, 4].map((at) => 1 + (Number.parseInt(hash.slice(at, at + 2), 16) % 254));
  return `127.${parts.join(".")}`;
}
