import { merge } from "../config/merge";
import type { Values } from "../upgrade/values";
import { releaseOf, type BamfCatalogue } from "./catalogue";
import type { BamfNames } from "./names";
import { BOOTSTRAP_TOKEN, JOIN_TOKEN } from "./pod-secrets";
import type { WantedValues } from "./wanted-values";

/** The tag of the images of a release: with v, whatever its chart says (T-21). */
export const tagOf = (catalogue: BamfCatalogue, version: string): string =>
  releaseOf(catalogue, version)?.images.tag ?? `v${version}`;

/**
 * What the chart is given: the operator's values, and over them what this program decides itself.
 *
 * - `image.tag`: the wanted release for API, bridge, proxy and web (B-32); the agent's may be an older one.
 * - `migrations.enabled`: on, since the Job is made of it.
 * - tokens: the name of our own Secret, unless the operator names one: a chart that gets none draws it at random, another one at each render (T-22).
 *
 * It is written down in the newest layout, and translated.
 */
export function chartValues(
  { values, inLayout, set }: Pick<WantedValues, "values" | "inLayout" | "set">,
  { fullname }: BamfNames,
  tag: string,
): Values {
  const image = { image: { tag } };
  const ownSecret: readonly (readonly [path: string, newest: Values])[] = [
    [
      "edge.bridge.bootstrap.tokenSecret",
      { edge: { bridge: { bootstrap: { tokenSecret: fullname, tokenKey: BOOTSTRAP_TOKEN } } } },
    ],
    ["agent.joinTokenSecret", { agent: { joinTokenSecret: fullname, joinTokenKey: JOIN_TOKEN } }],
  ];
  const defaults = ownSecret
    .filter(([path]) => set(path) === undefined)
    .reduce<Values>((tree, [, named]) => merge(tree, named), { agent: image });
  const decided = {
    core: { api: image, web: image, migrations: { enabled: true } },
    edge: { bridge: image, proxy: image },
  };
  return merge(merge(inLayout(defaults), values), inLayout(decided));
}
