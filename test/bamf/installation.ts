import type { Values } from "../../components/upgrade/values";

/** The releases that read the same layout of values, first and last. */
export type Layout = "0.0.0-0.3.0" | "0.3.1-0.4.0" | "0.5.0" | "0.6.0-0.9.1" | "0.10.0-0.11.0";

const shared = {
  agent: {
    enabled: true,
    replicas: 3,
    config: { name: "site", labels: { "example.com/zone": "eu" } },
  },
  tls: { existingSecret: "bamf-tls" },
};

const gateway = { hostname: "bamf.example.com", tunnelDomain: "tunnel.example.com" };
const api = { replicas: 4, config: { audit: { retention_days: 30 } }, nodeSelector: {} };
const bridge = { replicas: 3, bootstrap: { tokenSecret: "bridge-token" } };
const postgresql = { external: { host: "db.example.com", port: 6432 } };
const redis = { external: { host: "redis.example.com" } };
const web = { standalone: true };
const migrations = { enabled: true };
const provider = { enabled: true, issuerUrl: "https://example.com/", clientId: "bamf" };
const bootstrap = { adminEmail: "admin@example.com" };

/** One and the same installation as a values file of each layout says it. Written by hand: nothing here is translated. */
export const INSTALLATION: Readonly<Record<Layout, Values>> = {
  "0.0.0-0.3.0": {
    ...shared,
    gateway,
    api,
    bridge,
    postgresql,
    redis,
    web,
    migrations,
    bootstrap,
    auth: { local: { enabled: false }, sso: { auth0: provider } },
  },
  "0.3.1-0.4.0": {
    ...shared,
    gateway,
    api,
    bridge,
    postgresql,
    redis,
    web,
    migrations,
    bootstrap,
    auth: { local: { enabled: false }, sso: { oidc: { auth0: provider } } },
  },
  "0.5.0": {
    ...shared,
    gateway,
    api,
    bridge,
    postgresql,
    redis,
    web,
    migrations,
    bootstrap,
    auth: { local: { enabled: false }, sso: { oidc: { auth0: provider } } },
  },
  "0.6.0-0.9.1": {
    ...shared,
    gateway,
    core: {
      api,
      postgresql,
      redis,
      web,
      migrations,
      bootstrap,
      auth: { local: { enabled: false }, sso: { oidc: { auth0: provider } } },
    },
    outpost: { bridge },
  },
  "0.10.0-0.11.0": {
    ...shared,
    gateway,
    core: {
      api,
      postgresql,
      redis,
      web,
      migrations,
      bootstrap,
      auth: { local: { enabled: false }, sso: { oidc: { auth0: provider } } },
    },
    edge: { bridge },
  },
};
