import * as pulumi from "@pulumi/pulumi";
import { observed, unavailable, type Observation } from "../observation";
import { once } from "../once";

export type Outputs = Readonly<Record<string, unknown>>;

/** Reads the outputs of a stack of this project, each stack once. */
export type StackOutputs = (stack: string) => Promise<Observation<Outputs>>;

/**
 * Opens the way to the outputs that stacks left behind. This is the read of a StackReference without its resource: a stack that does not exist is
 * then an answer instead of the end of the program.
 */
export const stackOutputs = (): StackOutputs => once(readOutputs);

async function readOutputs(stack: string): Promise<Observation<Outputs>> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  try {
    const read = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      readonly outputs?: Outputs;
    };
    return observed(read.outputs ?? {});
  } catch (error) {
    return unavailable(reason(error, stack));
  }
}

const reason = (error: unknown, stack: string): string =>
  String(error).includes("unknown stack")
    ? `there is no stack ${stack} on this backend`
    : `the outputs of stack ${stack} could not be read: ${String(error)}`;
