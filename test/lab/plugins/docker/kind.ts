import type { PropertyMap } from "../protocol/values";
import type { Replacing } from "./compare";
import type { DockerDaemon } from "./daemon";
import type { Fields } from "./fields";

/** A resource as it was found or made. */
export interface Known {
  readonly id: string;
  readonly outputs: PropertyMap;
}

/** What goes on around a change. */
export interface Circumstances {
  readonly urn: string;
  readonly signal: AbortSignal;
}

/** A kind of resource at a Docker daemon. */
export interface Kind extends Replacing {
  readonly fields: Fields;
  /** Makes it. Inputs have their defaults. */
  readonly create: (
    daemon: DockerDaemon,
    inputs: PropertyMap,
    circumstances: Circumstances,
  ) => Promise<Known>;
  /** Looks at it; undefined if it is gone. */
  readonly read: (
    daemon: DockerDaemon,
    id: string,
    known: PropertyMap,
  ) => Promise<Known | undefined>;
  /** Changes the one that is there; what cannot be changed is left. @defaultValue nothing is changed */
  readonly update?: (
    daemon: DockerDaemon,
    id: string,
    change: { readonly olds: PropertyMap; readonly news: PropertyMap },
  ) => Promise<void>;
  /** Removes it; one that is gone is fine. */
  readonly remove: (daemon: DockerDaemon, id: string, known: PropertyMap) => Promise<void>;
}
