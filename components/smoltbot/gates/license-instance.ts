import { gate, type Finding } from "../../upgrade/finding";

const { pass, warn } = gate("license-instance");

/**
 * Tells where every release would use up one more activation of the license, because the name by which the gateway reports itself
 * carries the release (T-10, T-11).
 *
 * Source: `mnemom/smoltbot@33f9a5a`: GATEWAY_VERSION is sent as instance_id; above max_activations requests are refused.
 */
export function licenseInstance({
  instance,
  release,
  activations,
  at,
}: {
  /** The name that the gateway is given; undefined if it keeps its own, which never changes. */
  readonly instance: string | undefined;
  /** The wanted release. */
  readonly release: string;
  /** Activations that the license allows; undefined for no limit. */
  readonly activations: number | undefined;
  /** Config path of the name. */
  readonly at: string;
}): readonly Finding[] {
  if (instance === undefined || instance === "") {
    return [pass({ at, found: "the gateway's own name, the same in every release" })];
  }
  if (activations === undefined || !instance.includes(release)) {
    return [pass({ at, found: "a name that costs no activation" })];
  }
  return [
    warn({
      at,
      found: `a name that carries the release, with ${activations} activations in the license`,
      expected: "a name that stays, or a license without such a limit",
      fix: "leave the release out of the name; the digest of the image shows what runs",
    }),
  ];
}
