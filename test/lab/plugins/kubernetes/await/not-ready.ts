import type { PropertyMap } from "../../protocol/values";

/** Says that an object exists but is not what was waited for, with the details that are known. */
export class NotReady extends Error {
  /** The object as it was last seen. */
  readonly live: PropertyMap;
  /** One line each, in the words of the cluster. */
  readonly details: readonly string[];

  constructor(message: string, live: PropertyMap, details: readonly string[]) {
    super(message);
    this.live = live;
    this.details = details;
  }
}
