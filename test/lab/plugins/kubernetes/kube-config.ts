import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values";
import { unsupported } from "./options";
import { at, mapAt, mapsAt, textAt } from "./paths";

/** What is needed to call one cluster as one user. */
export interface ClusterAccess {
  readonly server: string;
  readonly namespace: string;
  /** Certificates in PEM; undefined leaves the choice to Node. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly isVerified: boolean;
  readonly serverName: string | undefined;
  /** Value of the Authorization header, if the user has one. */
  readonly authorization: string | undefined;
}

/** The parts of a kubeconfig that the provider configuration may override. */
export interface Overrides {
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
}

/** A kubeconfig and the folder that its relative paths start from. */
export interface KubeConfigFile {
  readonly config: PropertyMap;
  readonly folder: string;
}

/**
 * Reads a kubeconfig given as a path (a leading `~` is the home folder) or as YAML or JSON text.
 * @throws Error when the text is not a kubeconfig.
 */
export function loadKubeConfig(pathOrContents: string): KubeConfigFile {
  const path = pathOrContents.replace(/^~(?=$|\/)/, homedir());
  const isPath = !path.includes("\n") && existsSync(path);
  const text = isPath ? readFileSync(path, "utf8") : pathOrContents;
  const config = parse(text) as PropertyValue;
  if (!isMap(config)) throw new Error("couldn't get version/kind; json parse error");
  return { config, folder: isPath ? dirname(path) : process.cwd() };
}

/** The kubeconfig that the environment points to: the first file of KUBECONFIG, else `~/.kube/config`. */
export function ambientKubeConfig(): KubeConfigFile {
  const listed = (process.env["KUBECONFIG"] ?? "").split(":").filter((path) => path !== "");
  const path = listed.find(existsSync) ?? join(homedir(), ".kube", "config");
  return existsSync(path) ? loadKubeConfig(path) : { config: {}, folder: process.cwd() };
}

function named(config: PropertyMap, list: string, name: string): PropertyMap | undefined {
  return mapsAt(config, list).find((entry) => entry["name"] === name);
}

/** Names of context and cluster in force, and the cluster's own settings when it is listed. */
export function activeCluster(config: PropertyMap, overrides: Overrides): PropertyMap | undefined {
  const context = named(config, "contexts", overrides.context ?? textAt(config, "current-context"));
  const cluster = overrides.cluster ?? textAt(context, "context", "cluster");
  const settings = at(named(config, "clusters", cluster), "cluster");
  return context !== undefined && isMap(settings) ? settings : undefined;
}

function pem(settings: PropertyMap, key: string, folder: string): string | undefined {
  const inline = textAt(settings, `${key}-data`);
  if (inline !== "") return Buffer.from(inline, "base64").toString("utf8");
  const path = textAt(settings, key);
  if (path === "") return undefined;
  return readFileSync(isAbsolute(path) ? path : join(folder, path), "utf8");
}

function authorizationOf(user: PropertyMap): string | undefined {
  for (const key of ["exec", "auth-provider"]) {
    if (user[key] !== undefined) {
      throw new Error(unsupported(`kubeconfig users with "${key}"`));
    }
  }
  const tokenFile = textAt(user, "tokenFile");
  const token = tokenFile === "" ? textAt(user, "token") : readFileSync(tokenFile, "utf8").trim();
  if (token !== "") return `Bearer ${token}`;
  const name = textAt(user, "username");
  const pair = `${name}:${textAt(user, "password")}`;
  return name === "" ? undefined : `Basic ${Buffer.from(pair).toString("base64")}`;
}

/**
 * Chooses context, cluster and user of a kubeconfig.
 * @throws Error in words when the context is missing, no cluster is set, or the user cannot be used.
 */
export function resolveAccess(file: KubeConfigFile, overrides: Overrides): ClusterAccess {
  const { config, folder } = file;
  const contextName = overrides.context ?? textAt(config, "current-context");
  const context = named(config, "contexts", contextName);
  if (context === undefined && overrides.context !== undefined) {
    throw new Error(`context "${contextName}" does not exist`);
  }
  const cluster = activeCluster(config, overrides);
  const server = textAt(cluster, "server");
  if (cluster === undefined || server === "") {
    throw new Error("invalid configuration: no configuration has been provided");
  }
  const user = mapAt(named(config, "users", textAt(context, "context", "user")), "user");
  const namespace = overrides.namespace ?? textAt(context, "context", "namespace");
  return {
    server: server.replace(/\/$/, ""),
    namespace: namespace === "" ? "default" : namespace,
    ca: pem(cluster, "certificate-authority", folder),
    cert: pem(user, "client-certificate", folder),
    key: pem(user, "client-key", folder),
    isVerified: cluster["insecure-skip-tls-verify"] !== true,
    serverName: textAt(cluster, "tls-server-name") || undefined,
    authorization: authorizationOf(user),
  };
}
