import { PARTS_OF_A_RUN } from "../lab/engine/parts-of-a-run";
import { matrix } from "../matrix/matrix";

const PARTS = {
  "the plugin docker": PARTS_OF_A_RUN["the plugin docker"],
  "the plugin command": PARTS_OF_A_RUN["the plugin command"],
  "the language host": PARTS_OF_A_RUN["the language host"],
  "the CLI": "the CLI",
} as const;

/** What an upgrade on a Docker host says while it is in a chapter. */
export const SIGNS = {
  backup: /saving database/,
  configuration: /RemoteImage \S+ creating/,
  schema: /starting container/,
  rollout: /takes requests from now on/,
  verification: /watching the release/,
} as const;

/** A part that is killed in a chapter of an upgrade on a Docker host, and what the operator does then. */
export interface DockerKill {
  readonly chapter: keyof typeof SIGNS;
  /** What the run says by then. */
  readonly sign: RegExp;
  /** Command line of what is killed, or the CLI itself. */
  readonly victim: RegExp | "the CLI";
  /** Sets the line back instead of running the same up again. */
  readonly isSetBack: boolean;
}

const chapters = Object.keys(SIGNS) as readonly (keyof typeof SIGNS)[];
const parts = Object.keys(PARTS) as readonly (keyof typeof PARTS)[];
const kills = chapters.flatMap((chapter) =>
  parts.flatMap((part) =>
    [false, true].map((isSetBack): readonly [string, DockerKill] => [
      `${part} in chapter ${chapter}, then ${isSetBack ? "the line set back" : "the same up"}`,
      { chapter, sign: SIGNS[chapter], victim: PARTS[part], isSetBack },
    ]),
  ),
);

/** Each part of a run of the engine, killed in each chapter of an upgrade on a Docker host. */
export default matrix({ name: "docker-killed", sample: 3, cells: Object.fromEntries(kills) });
