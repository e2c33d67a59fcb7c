import { PARTS_OF_A_RUN } from "../lab/engine/parts-of-a-run";
import { matrix } from "../matrix/matrix";

const PARTS = {
  "the plugin kubernetes": PARTS_OF_A_RUN["the plugin kubernetes"],
  "the plugin command": PARTS_OF_A_RUN["the plugin command"],
  "the language host": PARTS_OF_A_RUN["the language host"],
  "the CLI": "the CLI",
} as const;
type Part = keyof typeof PARTS;

/** What a run says while it is in a chapter. */
const SIGNS = {
  backup: /saving database/,
  configuration: /ConfigMap smoltbot-\S+ updating/,
  schema: /starting Job/,
  rollout: /\d\/2 ready \(new\), \d old/,
  verification: /watching the release/,
} as const;
type Chapter = keyof typeof SIGNS;

/** A part that is killed in a chapter of an upgrade, and how that up ends. */
export interface Kill {
  readonly chapter: Chapter;
  /** What the run says by then. */
  readonly sign: RegExp;
  /** Command line of what is killed, or the CLI itself. */
  readonly victim: RegExp | "the CLI";
  readonly outcome: "fails" | "finishes without it";
}

/** From the rollout on, the steps ask the cluster themselves, and do without the plugin. */
const outcomeOf = (chapter: Chapter, part: Part): Kill["outcome"] =>
  part === "the plugin kubernetes" && (chapter === "rollout" || chapter === "verification")
    ? "finishes without it"
    : "fails";

const chapters = Object.keys(SIGNS) as readonly Chapter[];
const parts = Object.keys(PARTS) as readonly Part[];
const kills = chapters.flatMap((chapter) =>
  parts.map((part): readonly [string, Kill] => [
    `${part} in chapter ${chapter}`,
    { chapter, sign: SIGNS[chapter], victim: PARTS[part], outcome: outcomeOf(chapter, part) },
  ]),
);

/** Each part of a run of the engine, killed in each chapter. */
export default matrix({ name: "killed-plugins", sample: 4, cells: Object.fromEntries(kills) });
