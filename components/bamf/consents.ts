import { valueAt, type Values } from "../upgrade/values";
import type { Attention, BamfCatalogue } from "./catalogue";
import type { Hop } from "./hop";
import { placeOf } from "./value-places";
import type { WayBack } from "./way-back";

/** What the operator has to consent to, for one release each. */
export type ConsentName = "major" | "window" | "deletion" | "downgrade" | "restore";

/** One consent and the danger that it is about. */
export interface NeededConsent {
  readonly consent: ConsentName;
  readonly why: string;
}

export interface ConsentQuestion {
  readonly catalogue: BamfCatalogue;
  readonly hop: Hop;
  /** What going down takes; asked on the way down alone. */
  readonly wayBack: WayBack;
  /** The operator's values in the layout of the wanted release. */
  readonly values: Values;
}

/** Which consents a hop needs. Of what a value settles none is asked. */
export function consentsFor(question: ConsentQuestion): readonly NeededConsent[] {
  const { hop } = question;
  if (hop.kind === "none") return [];
  return hop.kind === "up" ? goingUp(question) : goingDown(question);
}

function goingUp({ catalogue, hop, values }: ConsentQuestion): readonly NeededConsent[] {
  const { from, to, crossed } = hop;
  const broken = crossed.flatMap(({ version, breaks }) =>
    breaks === undefined ? [] : [`${version}: ${breaks.what}`],
  );
  const deleted = crossed.flatMap((row) =>
    row.attention
      .filter(({ deletes }) => deletes.length > 0)
      .filter((news) => !isSettled(catalogue, news, to.version, values))
      .map(({ what }) => `${row.version}: ${what}`),
  );
  return [
    ...(hop.major ? [needed("major", `${from.version} to ${to.version}`)] : []),
    ...(broken.length > 0 ? [needed("window", broken.join("; "))] : []),
    ...(deleted.length > 0 ? [needed("deletion", deleted.join("; "))] : []),
  ];
}

function goingDown({ hop, wayBack }: ConsentQuestion): readonly NeededConsent[] {
  if (wayBack.kind === "restore") return [needed("restore", wayBack.why)];
  if (wayBack.kind !== "downgrade") return [];
  const gone = wayBack.deletes.length > 0 ? `, which deletes ${wayBack.deletes.join(", ")}` : "";
  return [
    needed(
      "downgrade",
      `the schema goes down to ${wayBack.revision}${gone}, and nothing may write until ${hop.to.version} serves`,
    ),
  ];
}

/** True where the operator has decided what the release would else decide: a value is set in its place. */
export function isSettled(
  catalogue: BamfCatalogue,
  { settledBy }: Attention,
  wanted: string,
  values: Values,
): boolean {
  if (settledBy === undefined) return false;
  const place = placeOf(catalogue, { path: settledBy.split(".") }, wanted);
  return place.kind === "at" && valueAt(values, place.path) !== undefined;
}

const needed = (consent: ConsentName, why: string): NeededConsent => ({ consent, why });
