import type { LoadReport } from "../load";

/** One line of the story: what was done, what came of it. */
export interface Scene {
  readonly title: string;
  readonly outcome: string;
  readonly seconds: number;
  readonly load?: LoadReport;
}

/** Tells the scenes one after the other, with their number and how long they took. */
export class Story {
  readonly scenes: Scene[] = [];

  constructor(
    private readonly length: number,
    private readonly say: (line: string) => void,
  ) {}

  /** Plays one scene. @throws what the scene throws: the demo ends with it. */
  async play(
    title: string,
    scene: () => Promise<{ readonly outcome: string; readonly load?: LoadReport }>,
  ): Promise<void> {
    this.say(`\n=== ${this.scenes.length + 1} of ${this.length}: ${title}`);
    const began = Date.now();
    const { outcome, load } = await scene();
    const seconds = (Date.now() - began) / 1000;
    this.scenes.push({ title, outcome, seconds, ...(load === undefined ? {} : { load }) });
    this.say(`=== ${outcome} (${seconds.toFixed(0)} s)`);
  }

  /** All scenes as rows of a table, its head first. */
  rows(): readonly (readonly string[])[] {
    const head = ["scene", "outcome", "time", "requests", "failed", "sent again", "slowest"];
    const body = this.scenes.map(({ title, outcome, seconds, load }) => [
      title,
      outcome,
      `${seconds.toFixed(0)} s`,
      load === undefined ? "" : String(load.sent),
      load === undefined ? "" : String(load.failed),
      load === undefined ? "" : String(load.resent),
      load === undefined ? "" : `${load.slowestMs.toFixed(0)} ms`,
    ]);
    return [head, ...body];
  }
}
