import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { packTar } from "../../products/tar";
import { InitFailed } from "../protocol/failures";
import { plainText, type PropertyMap } from "../protocol/values";
import { containerFields, LIMITS } from "./container-fields";
import { createRequest, limitsRequest, networksOf, uploadsOf } from "./container-request";
import { containerState, type InspectedContainer } from "./container-state";
import type { DockerDaemon } from "./daemon";
import { findImage } from "./image";
import type { Circumstances, Kind, Known } from "./kind";
import { withoutHeads } from "./log-frames";
import { told, unless, wordsOf } from "./words";

/** How often the health of a container is asked while somebody waits for it. Unit: milliseconds. */
const HEALTH_EVERY_MS = 1_000;

/**
 * A container. It is always replaced by a new one after the old one went, unless the program says otherwise. Deleting it stops it at once, whatever its stop
 * timeout is, unless `destroyGraceSeconds` gives it time. That its program ends with an error is none of the plugin's business.
 *
 * Source: kreuzwerker/terraform-provider-docker@v4.5.0:internal/provider/resource_docker_container_funcs.go;
 * pulumi/pulumi-docker@237b7899:provider/resources.go (DeleteBeforeReplace).
 */
export const container: Kind = {
  fields: containerFields,
  deleteFirst: true,
  autonamed: true,
  create,
  read,
  update,
  remove,
};

async function create(
  daemon: DockerDaemon,
  inputs: PropertyMap,
  { urn, signal }: Circumstances,
): Promise<Known> {
  const [image, name] = [plainText(inputs["image"]), plainText(inputs["name"])];
  try {
    await findImage(daemon, image, signal);
  } catch (error) {
    throw new Error(`Unable to create container with image ${image}: ${wordsOf(error)}`, {
      cause: error,
    });
  }
  const path = `/containers/create?name=${encodeURIComponent(name)}`;
  const { Id: id } = (await told("Unable to create container", () =>
    daemon.must("POST", path, { body: createRequest(inputs) }),
  )) as { readonly Id: string };
  try {
    const logs = await bringUp(daemon, id, inputs, signal);
    return (await read(daemon, id, { ...inputs, ...logs })) ?? { id, outputs: inputs };
  } catch (error) {
    // It is there: the engine notes it, and the next update finds nothing to do.
    const reason = `creating ${urn}: 1 error occurred:\n\t* ${wordsOf(error)}\n\n`;
    throw new InitFailed({ id, outputs: inputs, inputs, reasons: [reason] });
  }
}

async function bringUp(
  daemon: DockerDaemon,
  id: string,
  inputs: PropertyMap,
  signal: AbortSignal,
): Promise<PropertyMap> {
  await connect(daemon, id, inputs);
  for (const upload of uploadsOf(inputs)) await put(daemon, id, upload);
  if (inputs["start"] === true) {
    await told("Unable to start container", () => daemon.must("POST", `/containers/${id}/start`));
    if (inputs["wait"] === true) await waitForHealth(daemon, id, inputs, signal);
  }
  if (inputs["attach"] !== true) return {};
  await told("Unable to wait container end of execution", () =>
    daemon.must("POST", `/containers/${id}/wait?condition=not-running`, { signal }),
  );
  return inputs["logs"] === true ? { containerLogs: await logsOf(daemon, id) } : {};
}

async function connect(daemon: DockerDaemon, id: string, inputs: PropertyMap): Promise<void> {
  const networks = networksOf(inputs);
  if (networks.length === 0) return;
  await told("Unable to disconnect the default network", async () => {
    const body = { Container: id, Force: false };
    await daemon
      .must("POST", "/networks/bridge/disconnect", { body })
      .catch(unless(/is not connected to (the )?network "?bridge/));
  });
  for (const { name, endpoint } of networks)
    await told(`Unable to connect to network '${name}'`, () =>
      daemon.must("POST", `/networks/${encodeURIComponent(name)}/connect`, {
        body: { Container: id, EndpointConfig: endpoint },
      }),
    );
}

async function put(daemon: DockerDaemon, id: string, upload: PropertyMap): Promise<void> {
  const sources = ["content", "contentBase64", "source"].filter(
    (key) => (upload[key] ?? "") !== "",
  );
  if (sources.length !== 1)
    throw new Error(
      "error with upload content: one of 'content', 'content_base64', or 'source' must be set, and only one",
    );
  const value = plainText(upload[sources[0]!]);
  const content =
    sources[0] === "source"
      ? await readFile(value)
      : Buffer.from(value, sources[0] === "content" ? "utf8" : "base64");
  const permissions = typeof upload["permissions"] === "string" ? upload["permissions"] : "";
  const mode =
    permissions === "" ? (upload["executable"] === true ? 0o744 : 0o644) : parseInt(permissions, 8);
  const path = plainText(upload["file"]).replace(/^\//, "");
  await told("Unable to upload volume content", () =>
    daemon.must("PUT", `/containers/${id}/archive?path=${encodeURIComponent("/")}`, {
      archive: packTar([{ path, mode, content }]),
    }),
  );
}

interface Health {
  readonly State: { readonly Health?: { readonly Status: string } };
}

async function waitForHealth(
  daemon: DockerDaemon,
  id: string,
  inputs: PropertyMap,
  signal: AbortSignal,
): Promise<void> {
  const until = Date.now() + Number(inputs["waitTimeout"]) * 1_000;
  while (Date.now() < until) {
    const { State } = (await daemon.must("GET", `/containers/${id}/json`)) as Health;
    if (State.Health === undefined)
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    if (State.Health.Status === "healthy") return;
    await pause(HEALTH_EVERY_MS, undefined, { signal });
  }
  throw new Error("container failed to be in healthy state");
}

async function logsOf(daemon: DockerDaemon, id: string): Promise<string> {
  const path = `/containers/${id}/logs?stdout=1&stderr=1`;
  return withoutHeads((await daemon.must("GET", path, { raw: true })) as Buffer);
}

async function read(
  daemon: DockerDaemon,
  id: string,
  known: PropertyMap,
): Promise<Known | undefined> {
  const all = (await daemon.must("GET", "/containers/json?all=1")) as readonly {
    readonly Id: string;
  }[];
  if (!all.some(({ Id }) => Id === id)) return undefined;
  const found = (await daemon.must("GET", `/containers/${id}/json`)) as InspectedContainer;
  return { id: found.Id, outputs: containerState(found, known) };
}

async function update(
  daemon: DockerDaemon,
  id: string,
  { olds, news }: { readonly olds: PropertyMap; readonly news: PropertyMap },
): Promise<void> {
  if (olds["mustRun"] !== true && news["mustRun"] === true && news["start"] === true)
    await told("Unable to start container", () => daemon.must("POST", `/containers/${id}/start`));
  const isChanged = (key: string): boolean => !isDeepStrictEqual(olds[key] ?? 0, news[key] ?? 0);
  if (!LIMITS.some(isChanged)) return;
  await told("Unable to update a container", () =>
    daemon.must("POST", `/containers/${id}/update`, { body: limitsRequest(news) }),
  );
}

async function remove(daemon: DockerDaemon, id: string, known: PropertyMap): Promise<void> {
  const grace = Number(known["destroyGraceSeconds"] ?? 0);
  if (known["attach"] !== true)
    await told(`Error stopping container ${id}`, () =>
      daemon.must("POST", `/containers/${id}/stop?t=${grace}`).catch(unless(GONE)),
    );
  const volumes = known["removeVolumes"] === true ? 1 : 0;
  await told(`Error deleting container ${id}`, () =>
    daemon.must("DELETE", `/containers/${id}?force=1&v=${volumes}`).catch(unless(GONE)),
  );
  const condition = known["rm"] === true ? "removed" : "not-running";
  await told(`Error waiting for container removal '${id}'`, () =>
    daemon.must("POST", `/containers/${id}/wait?condition=${condition}`).catch(unless(GONE)),
  );
}

const GONE = /No such container|is already in progress/i;
