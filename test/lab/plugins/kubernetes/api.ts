import { request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";

import { isMap, type PropertyMap, type PropertyValue } from "../protocol/values";
import type { ClusterAccess } from "./kube-config";
import { apiVersionOf, apiVersionOfGvk, gvkOf, nameOf, namespaceOf } from "./kube-object";
import type { Gvk } from "./kube-object";
import { mapsAt, numberAt, textAt } from "./paths";

/** An answer of the API server that is not a success; the message is the server's own. */
export class ApiError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly status: PropertyMap;

  constructor(code: number, status: PropertyMap) {
    super(textAt(status, "message") || `the server answered with status ${code}`);
    this.code = code;
    this.reason = textAt(status, "reason");
    this.status = status;
  }
}

/** Says that the API server does not know a kind. */
export class NoMatchError extends Error {
  constructor(gvk: Gvk) {
    super(`no matches for kind "${gvk.kind}" in version "${apiVersionOfGvk(gvk)}"`);
  }
}

/** True for an answer with the given reason, for example `NotFound` or `AlreadyExists`. */
export function isReason(error: unknown, reason: string): error is ApiError {
  return error instanceof ApiError && error.reason === reason;
}

/** True when an object could not be made because its namespace does not exist. */
export function isNamespaceMissing(error: unknown): boolean {
  return isReason(error, "NotFound") && textAt(error.status, "details", "kind") === "namespaces";
}

/** Where a kind lives in the API. */
interface KindPlace {
  readonly plural: string;
  readonly isNamespaced: boolean;
}

/** One request to the API server. */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly signal?: AbortSignal | undefined;
}

function parseBody(text: string, code: number): PropertyMap {
  try {
    const parsed = JSON.parse(text) as PropertyValue;
    if (isMap(parsed)) return parsed;
  } catch {
    // Proxies answer in plain text; their words are the best message there is.
  }
  return { message: text.trim() || `the server answered with status ${code}` };
}

/** A thin client of one API server: generic calls for any kind that the server has. */
export class KubeApi {
  readonly access: ClusterAccess;
  private readonly agent: Agent;
  private readonly places = new Map<string, Promise<ReadonlyMap<string, KindPlace>>>();

  constructor(access: ClusterAccess) {
    this.access = access;
    this.agent = new Agent({
      keepAlive: true,
      maxSockets: 32,
      rejectUnauthorized: access.isVerified,
      ca: access.ca,
      cert: access.cert,
      key: access.key,
      servername: access.serverName,
    });
  }

  /** Forgets what kinds the server has; needed after a CustomResourceDefinition changed. */
  forgetKinds(): void {
    this.places.clear();
  }

  /** @throws ApiError for an answer that is not a success; Error when the server cannot be reached. */
  async call(wanted: ApiRequest): Promise<PropertyMap> {
    const { status, text } = await this.send(wanted);
    const body = parseBody(text, status);
    if (status >= 400) throw new ApiError(numberAt(body, "code") || status, body);
    return body;
  }

  private send(wanted: ApiRequest): Promise<{ readonly status: number; readonly text: string }> {
    const url = new URL(this.access.server + wanted.path);
    for (const [key, value] of Object.entries(wanted.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const body = wanted.body === undefined ? undefined : JSON.stringify(wanted.body);
    const headers: Record<string, string> = { accept: "application/json" };
    if (this.access.authorization) headers["authorization"] = this.access.authorization;
    if (body !== undefined) {
      headers["content-type"] = wanted.contentType ?? "application/json";
      headers["content-length"] = String(Buffer.byteLength(body));
    }
    const options = { method: wanted.method, headers, signal: wanted.signal };
    return new Promise((resolve, reject) => {
      const sent =
        url.protocol === "http:"
          ? httpRequest(url, options)
          : httpsRequest(url, { ...options, agent: this.agent });
      sent.on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  }

  private async discover(apiVersion: string): Promise<ReadonlyMap<string, KindPlace>> {
    const root = apiVersion.includes("/") ? "/apis" : "/api";
    const list = await this.call({ method: "GET", path: `${root}/${apiVersion}` });
    const kinds = mapsAt(list, "resources").filter((r) => !textAt(r, "name").includes("/"));
    return new Map(
      kinds.map((r) => [
        textAt(r, "kind"),
        { plural: textAt(r, "name"), isNamespaced: r["namespaced"] === true },
      ]),
    );
  }

  /**
   * Where the kind lives.
   * @throws NoMatchError when the server does not have the kind.
   */
  async placeOf(gvk: Gvk): Promise<KindPlace> {
    const apiVersion = apiVersionOfGvk(gvk);
    const known = this.places.get(apiVersion) ?? this.discover(apiVersion);
    this.places.set(apiVersion, known);
    try {
      const place = (await known).get(gvk.kind);
      if (place) return place;
    } catch (error) {
      this.places.delete(apiVersion);
      if (!isReason(error, "NotFound") && !(error instanceof ApiError && error.code === 404)) {
        throw error;
      }
    }
    // A kind that is missing now may be registered a moment later: ask again next time.
    this.places.delete(apiVersion);
    throw new NoMatchError(gvk);
  }

  /** True when the server has the kind. */
  async hasKind(gvk: Gvk): Promise<boolean> {
    return await this.placeOf(gvk).then(
      () => true,
      () => false,
    );
  }

  /** Path of the collection that holds objects of this kind in the namespace (`default` when empty). */
  async collectionPath(gvk: Gvk, namespace: string): Promise<string> {
    const place = await this.placeOf(gvk);
    const root = gvk.group === "" ? "/api" : "/apis";
    const base = `${root}/${apiVersionOfGvk(gvk)}`;
    if (!place.isNamespaced) return `${base}/${place.plural}`;
    return `${base}/namespaces/${encodeURIComponent(namespace || "default")}/${place.plural}`;
  }

  /** Path of one object. */
  async objectPath(object: PropertyMap, name = nameOf(object)): Promise<string> {
    const collection = await this.collectionPath(gvkOf(object), namespaceOf(object));
    return `${collection}/${encodeURIComponent(name)}`;
  }

  /** @throws ApiError with reason NotFound when there is no such object. */
  async get(object: PropertyMap, name = nameOf(object)): Promise<PropertyMap> {
    return await this.call({ method: "GET", path: await this.objectPath(object, name) });
  }

  /** The objects of a kind in a namespace; each carries its apiVersion and kind. */
  async list(gvk: Gvk, namespace: string): Promise<readonly PropertyMap[]> {
    const path = await this.collectionPath(gvk, namespace);
    const list = await this.call({ method: "GET", path });
    const apiVersion = apiVersionOf(list);
    return mapsAt(list, "items").map((item) => ({ apiVersion, kind: gvk.kind, ...item }));
  }
}
