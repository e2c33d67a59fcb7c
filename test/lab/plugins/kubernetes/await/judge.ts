import type { PropertyMap } from "../../protocol/values";
import type { KubeApi } from "../api";

/** What one look at an object says. */
export interface Judgement {
  readonly isReady: boolean;
  /** True when waiting longer is of no use. @defaultValue false */
  readonly isFinal?: boolean;
  /** What the wait is for, shown while it lasts. @defaultValue nothing */
  readonly status?: string;
  /** What keeps the object from being ready. @defaultValue nothing */
  readonly problems?: readonly string[];
}

/** What a look may use besides the object. */
export interface Surroundings {
  readonly api: KubeApi;
  /** The object before this update; undefined for a new object and for a refresh. */
  readonly before: PropertyMap | undefined;
  /** True for the one look of a refresh, which does not wait for anything to settle. */
  readonly isRead: boolean;
}

/** Looks at a live object once. */
export type Judge = (live: PropertyMap, around: Surroundings) => Promise<Judgement> | Judgement;
