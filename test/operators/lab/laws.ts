import type { PulumiRun } from "../../lab/engine/pulumi-cli";
import type { Facts, FoundDump, Sight, StackFile } from "./gateway";

/** How an `up` ended, seen from outside. */
export type Ended =
  | { readonly kind: "ended well" }
  | { readonly kind: "refused" }
  | { readonly kind: "failed" }
  | { readonly kind: "killed" };

/** An `up` with what was there before and after it. */
export interface Happened {
  readonly before: Sight;
  readonly after: Sight;
  readonly ended: Ended;
  /** All output of the runs that belong to it. */
  readonly said: string;
  /** The preview right before it; undefined where none was made. */
  readonly preview: PulumiRun | undefined;
  readonly file: StackFile;
  readonly facts: Facts;
  /** True of an untargeted `up` that nobody has killed. */
  readonly whole: boolean;
  /** True if somebody has taken away meanwhile what requests cannot do without. */
  readonly takenAway: boolean;
}

const MINUTES = 60_000;
const OLDEST_DUMP = 60 * MINUTES;

const headOf = ({ migrations }: Sight): string => migrations.at(-1) ?? "";

/** The laws that hold whatever is run and however it ends; each broken one in words. */
export const brokenByAnyRun = (happened: Happened): readonly string[] => [
  ...rowsStay(happened),
  ...migrationsHaveADump(happened),
  ...(happened.after.appliedTwice ? ["I7: a migration was applied twice"] : []),
  ...oldReleaseServes(happened),
];

/** I1: no row leaves the live database but by a restore that its schema made necessary, a preview announced and a consent named. */
function rowsStay({ before, after, said, preview, file, facts }: Happened): readonly string[] {
  const lost = before.rows.filter((row) => !after.rows.includes(row));
  if (lost.length === 0) return [];
  const { restore, release } = file;
  const consented = restore?.release === release && said.includes(restore.dump);
  const announced = preview === undefined || preview.all.includes(restore?.dump ?? "no consent");
  return consented && announced && facts.isAhead(before.migrations, release)
    ? []
    : [`I1: ${lost.length} rows are gone, ${lost[0] ?? ""} the first of them`];
}

/** I3: what a migration has changed lies in a whole dump of this machine, of the state before it and no older than an hour. */
function migrationsHaveADump({ before, after }: Happened): readonly string[] {
  const applied = after.migrations.filter((name) => !before.migrations.includes(name));
  if (applied.length === 0 || before.migrations.length === 0) return [];
  const serves = ({ whole, schemaHead, takenAt }: FoundDump) =>
    whole && schemaHead === headOf(before) && Date.now() - Date.parse(takenAt) < OLDEST_DUMP;
  return after.dumps.some(serves)
    ? []
    : [`I3: ${applied.join(", ")} applied without a dump of ${headOf(before)}`];
}

/** I5: whatever fails, somebody serves, but where that was taken away by hand, or a restore or a way down was asked for, which stops the writers. */
function oldReleaseServes({
  before,
  after,
  ended,
  file,
  facts,
  takenAway,
}: Happened): readonly string[] {
  if (ended.kind === "ended well" || takenAway || before.serving.length === 0) return [];
  if ([file.restore?.release, file.downgrade].includes(file.release)) return [];
  const kept = after.serving.some((image) => before.serving.includes(image));
  const moved = after.serving.includes(facts.imageOf(file.release));
  return kept || (ended.kind !== "refused" && moved)
    ? []
    : [
        `I5: ${ended.kind}, and of ${before.serving.join(", ")} there serves ${after.serving.join(", ") || "nothing"}`,
      ];
}

/** I2: an untargeted `up` that ends well leaves all that serves of the wanted release ready, in a cluster two pods at the least, on a schema of its major, and evidence of it. */
export function wantedIsServed(
  { after, file, facts }: Pick<Happened, "after" | "file" | "facts">,
  evidence: string | undefined,
): readonly string[] {
  const wanted = Array<string>(facts.podsOf(file)).fill(facts.imageOf(file.release));
  return [
    ...(JSON.stringify(after.serving) === JSON.stringify(wanted)
      ? []
      : [`I2: exit 0, and ${after.serving.join(", ") || "nothing"} serves for ${file.release}`]),
    ...(after.serving.length >= facts.fewest
      ? []
      : [`I2: exit 0, and ${after.serving.length} pods are all that serves`]),
    ...(facts.isAhead(after.migrations, file.release)
      ? [`I2: exit 0, and ${file.release} runs on ${headOf(after)}, which is not its own`]
      : []),
    ...(evidence === file.release
      ? []
      : [`I2: exit 0, and the evidence is of ${evidence ?? "none"}`]),
  ];
}

/** I4: what the preview refuses the `up` refuses, and touches nothing; what it lets pass no gate stops. */
export function verdictsAgree({
  before,
  after,
  ended,
  said,
  preview,
}: Happened): readonly string[] {
  if (preview === undefined || ended.kind === "killed") return [];
  const refused = preview.exitCode !== 0;
  const blocks = (refused ? preview.all : said).match(/BLOCK .*/g) ?? [];
  const touched = JSON.stringify(after.objects) !== JSON.stringify(before.objects);
  return [
    ...(refused !== (ended.kind === "refused")
      ? [
          `I4: the preview ${refused ? "refuses" : "agrees"}, and the up ${ended.kind}: ${blocks.join("; ")}`,
        ]
      : []),
    ...(ended.kind === "refused" && (touched || after.migrations.length > before.migrations.length)
      ? ["I4: refused, and something was touched"]
      : []),
  ];
}

/** I6: nothing secret in what was said and written down. */
export const secretsSeen = (text: string, secrets: readonly string[]): readonly string[] =>
  secrets.some((secret) => text.includes(secret)) ? ["I6: a secret is readable"] : [];
