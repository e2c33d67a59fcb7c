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

  /** @param before - how many scenes of the same story come before these. @defaultValue 0 */
  constructor(
    private readonly length: number,
    private readonly say: (line: string) => void,
    private readonly before = 0,
  ) {}

  /**
   * Plays the next scenes, and others after them in the story at the same time: those are told when all are over.
   *
   * @param scenes - how many the first act has
   * @throws what either act throws, once both are over and told
   */
  async playBeside(
    scenes: number,
    act: () => Promise<void>,
    other: (story: Story, say: (line: string) => void) => Promise<void>,
  ): Promise<void> {
    const kept: string[] = [];
    const keep = (line: string) => void kept.push(line);
    const before = this.before + this.scenes.length + scenes;
    const beside = new Story(this.length, keep, before);
    const ends = await Promise.allSettled([act(), other(beside, keep)]);
    this.say("\nPlayed beside these scenes:");
    for (const line of kept) this.say(line);
    this.scenes.push(...beside.scenes);
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  }

  /** Plays one scene. @throws what the scene throws: the demo ends with it. */
  async play(
    title: string,
    scene: () => Promise<{ readonly outcome: string; readonly load?: LoadReport }>,
  ): Promise<void> {
    this.say(`\n=== ${this.before + this.scenes.length + 1} of ${this.length}: ${title}`);
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
