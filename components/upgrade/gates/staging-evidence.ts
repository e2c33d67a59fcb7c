import {
  compareEvidence,
  type Comparison,
  type Subject,
  type WantedRelease,
} from "../evidence/compare-evidence";
import type { Evidence } from "../evidence/evidence";
import { gate, type Answer, type Finding } from "../finding";
import type { Observation } from "../observation";
import { goesBack, type Plan } from "../plan/plan";
import { downgradeToWarnings } from "../downgrade-to-warnings";

const { pass, warn, block, unknown } = gate("staging-evidence");
const hour = 3_600_000;

/** The operator's word that one release may go on unproven. */
export interface BreakGlass {
  /** The release it is for; it counts for no other. */
  readonly release: string;
  /** Why, as it shall stand in the report. */
  readonly reason: string;
}

/** What this gate looks at. */
export interface StagingArgs {
  readonly plan: Plan;
  /** Evidence of the stack that goes first; undefined if this stack follows none. */
  readonly staging: Observation<Evidence | undefined> | undefined;
  /** Name of the stack that goes first, or its config path. */
  readonly at: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long a release has to run there after its verification, in hours. */
  readonly soakHours: number;
  /** What this stack would roll out, to be compared with what was verified. */
  readonly wanted: WantedRelease;
  /** What of it must be the same there; a difference in the rest is reported. */
  readonly mustMatch: readonly Subject[];
  readonly breakGlass?: BreakGlass | undefined;
  /** False where no verification sends requests. @defaultValue true */
  readonly isProbed?: boolean;
  /** True if an install is taken over: the release that runs already is only reported. @defaultValue false */
  readonly adopt?: boolean;
}

/**
 * Lets a release in only if the stack that goes first has verified that same release, with images of the same bytes, and it has
 * soaked there (S-08). Going back never waits for that, nor does the adoption of what runs: it is reported and not stopped. A consent by
 * {@link BreakGlass} turns a stop into a warning.
 */
export function stagingEvidence(args: StagingArgs): readonly Finding[] {
  const proof = args.staging === undefined ? [] : judgeLook(args, args.staging);
  const consents = args.breakGlass === undefined ? [] : judgeConsent(args, args.breakGlass, proof);
  if (consents.length > 0) return consents;
  return goesBack(args.plan) || runsAlready(args) ? downgradeToWarnings(proof) : proof;
}

/** Nothing is let in that does not run here already. */
const runsAlready = ({ plan, adopt = false }: StagingArgs): boolean =>
  adopt && plan.change === "none";

function judgeConsent(
  { plan, at }: StagingArgs,
  { release, reason }: BreakGlass,
  proof: readonly Finding[],
): readonly Finding[] {
  if (release === plan.to) {
    return proof.flatMap((finding) =>
      stops(finding)
        ? downgradeToWarnings([finding]).map((softened) => ({
            ...softened,
            found: `${finding.found}; let through for ${release} because: ${reason}`,
          }))
        : [finding],
    );
  }
  const stale = warn({
    at,
    found: `a break-glass consent for ${release}`,
    expected: `none, or one for ${plan.to}`,
    fix: "remove the consent from the stack file",
  });
  return [...(goesBack(plan) ? downgradeToWarnings(proof) : proof), stale];
}

const stops = ({ verdict }: Finding): boolean => verdict === "block" || verdict === "unknown";

function judgeLook(
  args: StagingArgs,
  staging: Observation<Evidence | undefined>,
): readonly Finding[] {
  const { at, plan } = args;
  if (!staging.observed) {
    return [
      unknown({
        at,
        found: `no look at its evidence: ${staging.reason}`,
        expected: `evidence of ${plan.to}`,
        fix: "make the stack's outputs readable and run again; if it was renamed, name it in gateways:promotion.from",
      }),
    ];
  }
  if (staging.value?.version !== plan.to) {
    return [
      block({
        at,
        found:
          staging.value === undefined ? "no evidence" : `evidence of ${staging.value.version} only`,
        expected: `evidence of ${plan.to}`,
        fix: `bring ${plan.to} to that stack first`,
      }),
    ];
  }
  const compared = compareEvidence(staging.value, args.wanted);
  return [judgeEvidence(args, staging.value, compared), ...judgeDifferences(args, compared)];
}

/** A tag may be pushed again after staging has verified it: the bytes decide. */
function judgeDifferences(
  { at, plan, mustMatch }: StagingArgs,
  { different, unknown: notKnown }: Comparison,
): readonly Finding[] {
  const grave = different.filter(({ subject }) => mustMatch.includes(subject));
  const light = different.filter(({ subject }) => !mustMatch.includes(subject));
  const listed = (found: readonly { readonly text: string }[]) =>
    found.map(({ text }) => text).join("; ");
  const same = `what was verified there as ${plan.to}`;
  return [
    ...(grave.length === 0
      ? []
      : [
          block({
            at,
            found: listed(grave),
            expected: same,
            fix: "bring what is wanted here to that stack first, or name here what was verified there; gateways:promotion.mustMatch says what must be the same",
          }),
        ]),
    ...(light.length === 0
      ? []
      : [
          warn({
            at,
            found: listed(light),
            expected: same,
            fix: "see that the difference is meant; gateways:promotion.mustMatch says what must be the same",
          }),
        ]),
    ...(notKnown.length === 0
      ? []
      : [
          warn({
            at,
            found: `could not be compared: ${listed(notKnown)}`,
            expected: `${same}, digest by digest`,
            fix: "verify the release there again with this program, and see that the registry can be asked from here",
          }),
        ]),
  ];
}

function judgeEvidence(
  { at, now, soakHours, isProbed = true }: StagingArgs,
  evidence: Evidence,
  { same }: Comparison,
): Finding {
  const { version, probes, verifiedAt } = evidence;
  const ends = Date.parse(verifiedAt) + soakHours * hour;
  const answer: Answer = { at, found: `${version} verified at ${verifiedAt}` };
  if ((isProbed && probes.sent === 0) || probes.failed > 0) {
    return block({
      at,
      found: `${probes.failed} of ${probes.sent} probes of ${version} failed`,
      expected: "probes sent, and none of them failed",
      fix: "verify the release there again",
    });
  }
  if (Number.isNaN(ends)) {
    return block({
      ...answer,
      expected: "a time in ISO 8601",
      fix: "verify the release there again",
    });
  }
  if (ends <= now) {
    const alike = same.length === 0 ? "" : `; the same here: ${same.join(", ")}`;
    return pass({ ...answer, found: `${answer.found}, soaked ${soakHours} h${alike}` });
  }
  const end = new Date(ends).toISOString();
  return block({
    at,
    found: `${answer.found}, soak ends at ${end}`,
    expected: `${soakHours} h of soak`,
    fix: `wait until ${end}`,
  });
}
