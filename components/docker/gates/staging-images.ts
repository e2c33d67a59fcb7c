import { counted } from "../../upgrade/counted";
import { downgradeToWarnings } from "../../upgrade/downgrade-to-warnings";
import {
  compareEvidence,
  type Difference,
  type WantedRelease,
} from "../../upgrade/evidence/compare-evidence";
import type { Evidence } from "../../upgrade/evidence/evidence";
import { gate, type Finding } from "../../upgrade/finding";
import type { Promotion } from "../../upgrade/gate-input";
import type { Observation } from "../../upgrade/observation";
import { goesBack, type Plan } from "../../upgrade/plan/plan";

const { pass, block } = gate("staging-images");

/** What this gate looks at. */
export interface StagingImagesArgs {
  readonly plan: Plan;
  /** Undefined if this stack follows none. */
  readonly promotion: Promotion | undefined;
  /** Evidence of the stack that goes first. */
  readonly staging: Observation<Evidence | undefined> | undefined;
  /** The images that are the release itself, gateway and migration, with what is known of them. */
  readonly images: WantedRelease["images"];
  /** True if an install is taken over: what runs already is only reported. */
  readonly adopt: boolean;
}

/**
 * Lets a stack on Kubernetes prove a release for a Docker host only by the same bytes (S-08): chart, settings and neighbours are others there in any case, so that nothing else says
 * that it is the same release. A digest that one of both sides does not know is no proof. Of an image with another digest the gate `staging-evidence` speaks, unless the stack file has that let
 * through.
 */
export function stagingImages({
  plan,
  promotion,
  staging,
  images,
  adopt,
}: StagingImagesArgs): readonly Finding[] {
  const evidence = staging?.observed === true ? staging.value : undefined;
  if (promotion === undefined || evidence?.version !== plan.to || isOfDocker(evidence)) return [];
  const at = `stack ${promotion.from}`;
  const { different, unknown } = compareEvidence(evidence, {
    images,
    chart: undefined,
    settings: [],
  });
  const isOfImages = ({ subject }: Difference) => subject === "images";
  const other = different.filter(isOfImages);
  const unproven = [
    ...(promotion.mustMatch.includes("images") ? [] : other),
    ...unknown.filter(isOfImages),
  ];
  if (unproven.length === 0)
    return other.length > 0
      ? []
      : [pass({ at, found: `${counted(Object.keys(images).length, "image")} by digest` })];
  const findings = [
    block({
      at,
      found: `another target than here, and not the same digests: ${unproven.map(({ text }) => text).join("; ")}`,
      expected: `gateway and migration of ${plan.to} by the digests that were verified there`,
      fix: "pull the images of the release instead of building them, and see that their registry can be asked; or let a stack on a Docker host go first",
    }),
  ];
  const isLetThrough =
    goesBack(plan) ||
    (adopt && plan.change === "none") ||
    promotion.breakGlass?.release === plan.to;
  return isLetThrough ? downgradeToWarnings(findings) : findings;
}

/** Evidence names a chart if it is of Kubernetes; that of older programs names neither chart nor images, and proves nothing here. */
const isOfDocker = ({ chart, images }: Evidence): boolean =>
  chart === undefined && images !== undefined;
