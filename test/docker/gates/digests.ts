import type { Evidence } from "../../../components/upgrade/evidence/evidence";
import { observed } from "../../../components/upgrade/observation";

export const GATEWAY = "ghcr.io/mnemom/gateway:1.1.0";
export const MIGRATE = "ghcr.io/mnemom/migrate:v1.1.0";

/** A digest, all of one letter. */
export const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** The look at an image that the host knows by these digests. */
export const has = (...letters: readonly string[]) =>
  observed({ exists: true, digests: letters.map(digest) });

/** Evidence as an older program left it: without digests of images. */
export const olderEvidence: Evidence = {
  version: "1.1.0",
  digests: {},
  settings: [],
  configHash: "",
  schemaHead: "",
  verifiedAt: "2026-06-01T00:00:00Z",
  probes: { sent: 20, failed: 0 },
  restarts: 0,
};
