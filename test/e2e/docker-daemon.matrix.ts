import { matrix } from "../matrix/matrix";
import { SIGNS } from "./docker-killed.matrix";

/** A chapter of an upgrade in which the Docker daemon is killed, and what the operator does then. */
export interface DaemonKill {
  readonly chapter: keyof typeof SIGNS;
  /** What the run says by then. */
  readonly sign: RegExp;
  /** Sets the line back instead of running the same up again. */
  readonly isSetBack: boolean;
}

const chapters = Object.keys(SIGNS) as readonly (keyof typeof SIGNS)[];
const kills = chapters.flatMap((chapter) =>
  [false, true].map((isSetBack): readonly [string, DaemonKill] => [
    `in chapter ${chapter}, then ${isSetBack ? "the line set back" : "the same up"}`,
    { chapter, sign: SIGNS[chapter], isSetBack },
  ]),
);

/** The Docker daemon, killed in each chapter of an upgrade. */
export default matrix({ name: "docker-daemon", sample: 2, cells: Object.fromEntries(kills) });
