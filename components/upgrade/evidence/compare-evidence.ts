import { readImage, shortName } from "../image-name";
import { counted } from "../counted";
import type { Evidence } from "./evidence";
import type { ImageFacts } from "../facts";
import type { Observation } from "../observation";

/** What evidence is compared by; a stack file says which of them must be the same. */
export const SUBJECTS = ["images", "chart", "config"] as const;
export type Subject = (typeof SUBJECTS)[number];

/** What this stack would roll out. */
export interface WantedRelease {
  /** Every image that would run, the migration's as well, with what is known of it. */
  readonly images: Readonly<Record<string, Observation<ImageFacts> | undefined>>;
  /** Undefined if it is rendered from none. */
  readonly chart: { readonly name: string; readonly version: string } | undefined;
  /** Names of all settings of the pods: {@link Evidence.settings}. */
  readonly settings: readonly string[];
}

/** One thing that is other here than where it was verified, or of which that could not be known. */
export interface Difference {
  readonly subject: Subject;
  readonly text: string;
}

/** The wanted release beside the verified one. */
export interface Comparison {
  /** In words: `2 images`, `chart mnemom-gateway 0.1.0`. */
  readonly same: readonly string[];
  readonly different: readonly Difference[];
  readonly unknown: readonly Difference[];
}

/** Left to the other stack by a program that kept less. */
const OLDER = "the evidence is of an older program";

/**
 * Compares what is the same in every stack that runs a release alike: the bytes of its images, the chart, and which settings there are.
 * Values, namespaces and numbers of pods differ from stack to stack, and are not compared. What one of both sides does not know is
 * neither the same nor different.
 */
export function compareEvidence(evidence: Evidence, wanted: WantedRelease): Comparison {
  const images = Object.entries(wanted.images).map(([image, look]) =>
    compareImage(evidence, image, look),
  );
  const equal = images.filter((found) => found === "same").length;
  const all = [...images.filter((found) => found !== "same"), compareChart(evidence, wanted)];
  const settings = compareSettings(evidence, wanted);
  const parts = [...all, settings].filter((found) => typeof found !== "string");
  return {
    same: [
      ...(equal === 0 ? [] : [counted(equal, "image")]),
      ...[...all, settings].filter((found) => typeof found === "string"),
    ],
    different: parts.filter(({ kind }) => kind === "different").map(plain),
    unknown: parts.filter(({ kind }) => kind === "unknown").map(plain),
  };
}

interface Part extends Difference {
  readonly kind: "different" | "unknown";
}

const plain = ({ subject, text }: Part): Difference => ({ subject, text });

function compareImage(
  evidence: Evidence,
  image: string,
  look: Observation<ImageFacts> | undefined,
): Part | "same" {
  const subject = "images";
  const pinned = readImage(image).digest;
  const known = look?.observed === true ? look.value.digests : [];
  const here = pinned === undefined ? known : [pinned, ...known];
  const verified = verifiedDigests(evidence, image);
  if (verified.some((digest) => here.includes(digest))) return "same";
  const unknown = (why: string): Part => ({ subject, kind: "unknown", text: `${image} (${why})` });
  if (here.length === 0)
    return unknown(look?.observed === false ? look.reason : "nobody here knows its digest");
  if (evidence.images === undefined) return unknown(OLDER);
  if (verified.length === 0) return unknown("nobody there knows its digest");
  const text = `image ${image} is ${short(here[0])} here and ${short(verified[0])} there`;
  return { subject, kind: "different", text };
}

/** Digests of that image where it was verified; a mirror may have given it another name there, but for its last part. */
function verifiedDigests({ images, digests }: Evidence, image: string): readonly string[] {
  if (images === undefined) return Object.values(digests);
  const named = images[image];
  const found =
    named === undefined
      ? Object.entries(images).flatMap(([name, digest]) =>
          shortName(name) === shortName(image) ? [digest] : [],
        )
      : [named];
  return found.filter((digest) => digest !== "");
}

/** As registries and people shorten it. */
const short = (digest = ""): string => digest.slice(0, "sha256:".length + 12);

function compareChart({ chart: verified }: Evidence, { chart }: WantedRelease): Part | string {
  const subject = "chart";
  if (chart === undefined && verified === undefined) return "no chart";
  const here = chart === undefined ? "none" : `${chart.name} ${chart.version}`;
  if (verified === undefined) return { subject, kind: "unknown", text: `the chart (${OLDER})` };
  const there = `${verified.name} ${verified.version}`;
  if (here === there) return `chart ${here}`;
  return { subject, kind: "different", text: `chart ${here} here and ${there} there` };
}

function compareSettings(
  { settings: verified }: Evidence,
  { settings }: WantedRelease,
): Part | string {
  const subject = "config";
  if (verified === undefined) return { subject, kind: "unknown", text: `the settings (${OLDER})` };
  const only = (names: readonly string[], others: readonly string[], where: string) => {
    const found = names.filter((name) => !others.includes(name));
    return found.length === 0 ? [] : [`set only ${where}: ${found.join(", ")}`];
  };
  const texts = [...only(settings, verified, "here"), ...only(verified, settings, "there")];
  if (texts.length === 0) return counted(settings.length, "setting");
  return { subject, kind: "different", text: texts.join("; ") };
}
