import { text, version as releaseVersion } from "../../config/words";
import type { Followed } from "../../hosts/gateway/product";

/** How a stack file names the API that something may not be newer than. @param what - `agents` */
export const followedFields = (what: string) => ({
  gateway: text("name of a gateway")
    .optional()
    .describe(
      `Name of the gateway with the API, if this program upgrades it: ${what} may not be newer than what runs of it, if that is in this stack, nor than what was verified of it last.`,
    ),
  stack: text("name of a stack").optional().describe("Stack of that gateway. Default: this one."),
  release: releaseVersion
    .optional()
    .describe("Release of the API, if this program does not upgrade it. Nothing else tells it."),
});

/** What such fields have said. */
export interface FollowedApi {
  readonly gateway?: string | undefined;
  readonly stack?: string | undefined;
  readonly release?: string | undefined;
}

/** Refinements of such fields, with their words. */
export const onlyOneTells = [
  ({ gateway, release }: FollowedApi): boolean => gateway === undefined || release === undefined,
  "one of gateway and release: what was verified says more than a line",
] as const;
export const stackOfGateway: readonly [
  (api: FollowedApi) => boolean,
  { path: PropertyKey[]; error: string },
] = [
  ({ gateway, stack }: FollowedApi): boolean => stack === undefined || gateway !== undefined,
  { path: ["gateway"], error: "the name of the gateway in that stack" },
];

/** The API, as the targets look for its release; undefined if nothing names it. */
export const followedApi = ({ gateway, stack, release }: FollowedApi = {}): Followed | undefined =>
  gateway !== undefined ? { gateway, stack } : release === undefined ? undefined : { release };
