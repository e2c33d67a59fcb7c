import type { Lab } from "../lab";
import type { OptionalTool } from "../up-parts";
import type { Story } from "./story";

/** What a demo plays on. */
export interface DemoStage {
  readonly lab: Lab;
  readonly story: Story;
  readonly say: (line: string) => void;
  /** Somebody wants to look at what is left. */
  readonly keep: boolean;
}

/** The demo of one product. */
export interface Demo {
  /** How many scenes it has. */
  readonly scenes: number;
  /** Tools of the lab that no scene asks for. */
  readonly without: readonly OptionalTool[];
  /** Plays all scenes. @returns the project that is left, and the namespace of its stack `prod` */
  readonly play: (
    stage: DemoStage,
  ) => Promise<{ readonly directory: string; readonly namespace: string }>;
}
