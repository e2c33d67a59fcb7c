import type { Consent, Consents, DowngradeConsent } from "../plan/consent";
import { describeDeleted } from "../plan/describe-plan";
import type { Danger } from "../plan/hops";
import { goesBack, type Plan } from "../plan/plan";
import type { RestoreNeed } from "../plan/restore-need";
import { gate, type Finding } from "../finding";

const { pass, warn, block } = gate("hop");

/** What this gate looks at. */
export interface HopArgs {
  readonly plan: Plan;
  readonly consents: Pick<Consents, "window" | "deletion" | "downgrade">;
  /** Last revision of the live schema, or ""; undefined if nobody could look. */
  readonly head: string | undefined;
  /** Config path of the consents. */
  readonly at: string;
}

/**
 * Lets through what the way to the wanted release breaks or deletes only with a consent to it: programs that fail meanwhile (T-26), rows that the release deletes by
 * itself (T-36), and on the way back a schema that goes down (B-27, B-29, B-33). Says nothing of a product that knows nothing of the way.
 */
export const hop = (args: HopArgs): readonly Finding[] => {
  const found = [...goingUp(args), ...goingDown(args), ...leftOver(args)];
  const { plan, at } = args;
  return found.length === 0 && plan.dangers !== undefined
    ? [pass({ at, found: "a way that breaks and deletes nothing" })]
    : found;
};

function goingUp({ plan: { dangers, to, from }, consents, at }: HopArgs): readonly Finding[] {
  if (dangers === undefined) return [];
  if ("kind" in dangers)
    return [
      warn({
        at,
        found: `a way of which nothing is known: ${dangers.reason}`,
        expected: `a catalogue that has ${to} and ${from ?? "the release before"}`,
        fix: `read in the notes of ${to} what it breaks and what it deletes`,
      }),
    ];
  return kinds.flatMap((kind) => {
    const found = dangers.filter(({ consent }) => consent === kind);
    return found.length === 0 ? [] : [danger(kind, found, consents[kind], { to, at })];
  });
}

const kinds = ["window", "deletion"] as const;

const words = {
  window: {
    what: "an upgrade during which programs of the release before fail",
    expected: "an upgrade that breaks nothing, or a consent to it that names this release",
    after: "choose a time at which that does little harm",
  },
  deletion: {
    what: "a release that deletes rows by itself",
    expected: "a release that keeps them, or a consent to it that names this release",
    after: "make sure that nobody needs those rows",
  },
} as const;

function danger(
  kind: Danger["consent"],
  found: readonly Danger[],
  consent: Consent | undefined,
  { to, at }: { readonly to: string; readonly at: string },
): Finding {
  const { what, expected, after } = words[kind];
  const said = `${what}: ${found.map(({ why }) => why).join("; ")}`;
  const place = `${at}.${kind}`;
  if (consent?.release === to) {
    const heard = `${said}; with the operator's consent: ${consent.reason}`;
    return warn({ at: place, found: heard, expected, fix: after });
  }
  const other = consent === undefined ? "" : `; and a consent for ${consent.release}`;
  return block({
    at: place,
    found: `${said}${other}`,
    expected,
    fix: `${after}, and set consents.${kind} to { release: "${to}", reason: "..." } in the stack file`,
  });
}

type Descending = Extract<RestoreNeed, { readonly kind: "downgrade" }>;

function goingDown({ plan, consents: { downgrade }, at }: HopArgs): readonly Finding[] {
  const need = plan.restore;
  if (need?.kind !== "downgrade") return [];
  const { to } = plan;
  const found = `a rollback for which the image of ${need.image} takes the schema down to ${need.revision}, while nothing may write to the database. ${describeDeleted(need)}`;
  const place = `${at}.downgrade`;
  const expected =
    "a consent that names this release, the newer one, the revision, and all that goes";
  if (downgrade !== undefined && covers(downgrade, need, to))
    return [
      warn({
        at: place,
        found: `${found}; with the operator's consent: ${downgrade.reason}`,
        expected: "a rollback that leaves the schema as it is",
        fix: "remove the consent once the release is verified",
      }),
    ];
  const given = downgrade === undefined ? "" : `; and a consent ${inWords(downgrade)}`;
  return [
    block({
      at: place,
      found: `${found}${given}`,
      expected,
      fix: `set consents.downgrade to ${wanted(need, to)} in the stack file`,
    }),
  ];
}

/** True if the consent is to this very downgrade. */
const covers = (
  { release, from, revision, deletes = [] }: DowngradeConsent,
  need: Descending,
  to: string,
): boolean =>
  release === to &&
  from === need.image &&
  revision === need.revision &&
  need.deletes.every((name) => deletes.includes(name));

const inWords = ({ release, from, revision, deletes = [] }: DowngradeConsent): string =>
  `for ${release} from ${from} to ${revision}${deletes.length === 0 ? "" : ` over ${deletes.join(", ")}`}`;

const wanted = ({ image, revision, deletes }: Descending, to: string): string =>
  `{ release: "${to}", from: "${image}", revision: "${revision}"${
    deletes.length === 0 ? "" : `, deletes: [${deletes.join(", ")}]`
  }, reason: "..." }`;

const isNeeded = ({ dangers }: Plan, kind: Danger["consent"]): boolean =>
  dangers !== undefined && ("kind" in dangers || dangers.some(({ consent }) => consent === kind));

/** Consents that nothing asks for: they are meant for another release, or were left in the stack file. */
function leftOver({ plan, consents, head, at }: HopArgs): readonly Finding[] {
  const others = kinds.flatMap((kind) => {
    const consent = consents[kind];
    // One that has done its work may stay until the next release.
    const isDone = plan.change === "none" && consent?.release === plan.to;
    return consent === undefined || isNeeded(plan, kind) || isDone
      ? []
      : [
          warn(
            unneeded(
              kind,
              `a consent for ${consent.release}, and a plan that does not need it`,
              at,
            ),
          ),
        ];
  });
  const { downgrade } = consents;
  if (downgrade === undefined || plan.restore?.kind === "downgrade") return others;
  return [...others, ...leftDowngrade(downgrade, plan, { head, at })];
}

function leftDowngrade(
  consent: DowngradeConsent,
  plan: Plan,
  { head, at }: { readonly head: string | undefined; readonly at: string },
): readonly Finding[] {
  const { release, revision } = consent;
  const isHeard = release === plan.to;
  if (isHeard && head === revision)
    return [pass({ at: `${at}.downgrade`, found: `a schema that is at ${revision} already` })];
  const objection = unneeded(
    "downgrade",
    `a consent ${inWords(consent)}, and a plan in which the schema does not go down`,
    at,
  );
  // The step itself refuses what nothing needs, where only it can look.
  const mayBeDone = head === undefined && (plan.change === "none" || goesBack(plan));
  return [isHeard && !mayBeDone ? block(objection) : warn(objection)];
}

const unneeded = (kind: string, found: string, at: string) => ({
  at: `${at}.${kind}`,
  found,
  expected: "no consent",
  fix: `remove consents.${kind} from the stack file`,
});
