import * as pulumi from "@pulumi/pulumi";
import { evidenceSchema, type Evidence } from "./evidence";
import { seen, unseen, type Look } from "./look";

/**
 * Reads the evidence that a stack of this project left behind as one of its outputs. This is the read of a StackReference without its resource: a
 * stack that does not exist is then an answer instead of the end of the program.
 */
export async function readEvidence(
  stack: string,
  output: string,
): Promise<Look<Evidence | undefined>> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  try {
    const read = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      readonly outputs?: Readonly<Record<string, unknown>>;
    };
    const value = read.outputs?.[output];
    if (value === undefined) return seen(undefined);
    const evidence = evidenceSchema.safeParse(value);
    return evidence.success
      ? seen(evidence.data)
      : unseen(`the output ${output} of stack ${stack} is no evidence of this program's making`);
  } catch (error) {
    return unseen(reason(error, stack));
  }
}

const reason = (error: unknown, stack: string): string =>
  String(error).includes("unknown stack")
    ? `there is no stack ${stack} on this backend`
    : `the outputs of stack ${stack} could not be read: ${String(error)}`;
