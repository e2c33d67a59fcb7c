import { editContainers, type Edit } from "./workload";

/** What of a container only makes sense where something listens. */
const HTTP_KEYS: ReadonlySet<string> = new Set([
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "ports",
]);

/**
 * Drops the HTTP probes and the port. The scheduler role opens no port, yet the chart probes one: the observer would never be ready and be
 * killed by its startup probe after 155 s, and no rollout would ever complete (T-01).
 * Source: `mnemom/smoltbot@33f9a5a:deploy/runtime/src/entrypoint.ts`
 */
export const withoutHttp: Edit = editContainers((container) => ({
  name: container.name,
  image: container.image,
  ...Object.fromEntries(Object.entries(container).filter(([key]) => !HTTP_KEYS.has(key))),
}));
