import type * as pulumi from "@pulumi/pulumi";

/** The input of one step. */
export interface StepTask<Input extends object = object> {
  /** Plain values, without secrets: the state keeps them as they are. */
  readonly input: Input;
  /** Environment variables with secrets. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A step that runs once per change of its triggers. */
export interface TriggeredTask<Input extends object = object> extends StepTask<Input> {
  /** Plain values: the step runs again when one of them changes, and only then. */
  readonly triggers: readonly string[];
}

/**
 * Makes the resources of a chapter.
 *
 * @param gateway - begins the name of each resource
 * @param options - their parent, the chapter, and what each of them waits for
 */
export type Make<Made = pulumi.Resource> = (
  gateway: string,
  options: pulumi.CustomResourceOptions,
) => readonly Made[];

/** A workload that was applied. */
export interface Applied {
  readonly resource: pulumi.Resource;
  /** Changes whenever what is applied changes, whoever changed it. */
  readonly revision: pulumi.Output<number | string | undefined>;
}

/** Workloads that change together. */
export interface Wave {
  /** Part of the names of its steps if there is more than one wave: `bridges`. */
  readonly name: string;
  /** Has what serves wait for its turn before its workloads are touched, for what users have open on it; undefined if none does. */
  readonly before?: TriggeredTask | undefined;
  readonly apply: Make<Applied>;
  /** Takes the workloads over from another tool; undefined if nothing is taken over. */
  readonly adoption?: StepTask | undefined;
  /** Waits until they run and nothing else does. */
  readonly watch: StepTask;
  /** Looks whether they work before the next wave begins. The last wave needs none: the verification of the whole follows it. */
  readonly verify?: StepTask | undefined;
}

/** A program that changes the schema of the database. */
export interface Migration {
  /** Makes it, without a start. */
  readonly make: Make;
  /** Starts and watches it. */
  readonly task: TriggeredTask;
}

/** What the schema chapter is given. */
export interface SchemaWork extends Migration {
  /**
   * Takes back what a newer release has added, by that release's own program and before an older one starts. Set only while the stack file goes back to
   * a release that cannot serve on the newer schema; undefined if each release serves on the schema of a newer one.
   */
  readonly down?: Migration | undefined;
}

/** What the verification is given. */
export interface VerificationWork<Input extends object = object> extends StepTask<Input> {
  /** Names of the place when the gateway was installed: another name for the same place verifies nothing anew. */
  readonly known: object;
}

/** A way to the place where a gateway runs. */
export interface Connection {
  /** What a chapter that makes something there is given, such as a provider. */
  readonly options: pulumi.ComponentResourceOptions;
  /** By what the engine knows the place; undefined if it has no name for it. */
  readonly identifier: pulumi.Output<string | undefined>;
}

/**
 * The place where one gateway runs, with what each chapter does there: a function of the stack file and of what was rendered alone (law 1). What is
 * undefined or makes nothing leaves its chapter empty.
 */
export interface Target {
  /** Asked once, and only after each gate of each gateway of the stack has answered. */
  readonly connect: () => Connection;
  /** Undefined if there is no database to save. */
  readonly backup?: TriggeredTask | undefined;
  /** Undefined if the operator has not consented to a restore for the wanted release. */
  readonly restore?: TriggeredTask | undefined;
  /** What must be there before anything starts: namespace, environment, what is reached under which name. */
  readonly configuration: Make;
  /** Undefined if there is no schema. */
  readonly schema?: SchemaWork | undefined;
  /** What keeps enough of it running while the place itself changes. */
  readonly availability: Make;
  /** In their order; at least one. */
  readonly waves: readonly Wave[];
  readonly verification: VerificationWork;
}
