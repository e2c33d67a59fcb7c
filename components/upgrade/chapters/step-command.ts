import { isDeepStrictEqual } from "node:util";
import { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { withoutStack } from "../report-without-stack";

export interface StepCommandArgs {
  /** Name of the step: one of the programs in components/steps. */
  readonly step:
    "adoption" | "backup" | "restore" | "schema" | "sessions" | "rollout" | "verification";
  /** The input of the step. Without secrets: it is kept in the state as plain text. */
  readonly input: object;
  /** Environment variables with secrets; encrypted in the state. */
  readonly secrets: Readonly<Record<string, string>>;
  /** The step runs again when one of these changes, and only then. */
  readonly triggers: readonly pulumi.Input<string>[];
}

/** A step as a resource: visible in preview, run once per change of its triggers, run again by the next `up` after a failure. */
export function stepCommand(
  name: string,
  { step, input, secrets, triggers }: StepCommandArgs,
  opts: pulumi.CustomResourceOptions,
): Command {
  return new Command(
    name,
    {
      create: `exec node components/start/step.mjs ${step}`,
      // A change that is no trigger, such as another password, keeps what the step found.
      update: `printf %s "$PULUMI_COMMAND_STDOUT"`,
      environment: {
        GATEWAYS_STEP: JSON.stringify(input),
        ...Object.fromEntries(
          Object.entries(secrets).map(([key, value]) => [key, pulumi.secret(value)]),
        ),
      },
      logging: "stderr",
      triggers: [...triggers],
    },
    opts,
  );
}

/**
 * The step, for what depends on it and may not come without it. The engine does not inform a program of `--target`, `--exclude` or a refresh: a step that they
 * leave out stays as the run before has left it, and hands on what that one found.
 *
 * @param triggers - those of {@link stepCommand}
 * @throws inside the output, where this run has left the step out although it was wanted
 */
export const ranInThisRun = (
  step: Command,
  name: StepCommandArgs["step"],
  triggers: readonly pulumi.Input<string>[],
): pulumi.Output<Command> =>
  pulumi.all([step.triggers, pulumi.all([...triggers])]).apply(([last, wanted]) => {
    const found = leftOut(name, last, wanted);
    if (found === undefined) return step;
    throw withoutStack(new pulumi.ResourceError(found, step, true));
  });

/** Says that a step was left out, by the triggers of its last run; undefined if it has run for those that are wanted. */
export const leftOut = (
  name: StepCommandArgs["step"],
  last: unknown,
  triggers: readonly string[],
): string | undefined =>
  isDeepStrictEqual(last, triggers)
    ? undefined
    : `this run leaves out the step ${name}, which is wanted for ${triggers.join(", ")}; what comes after it is not touched. Run pulumi up without --target and --exclude; for a refresh, leave out --run-program.`;

/**
 * The JSON that a step printed. A step never prints a secret, so that its result may be read by other stacks although secrets went in.
 *
 * @throws inside the output, where the step printed something else
 */
export function stepResult<T>(step: Command, parse: (value: unknown) => T): pulumi.Output<T> {
  return pulumi.unsecret(step.stdout).apply((text) => parse(JSON.parse(text)));
}
