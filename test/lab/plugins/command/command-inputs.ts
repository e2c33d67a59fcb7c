import type { CheckAnswer } from "../protocol/handlers";
import { isMap, isSecret, plain, UNKNOWN } from "../protocol/values";
import type { PropertyMap, PropertyValue } from "../protocol/values";

import { Refusal } from "./refusal";

/** What a process needs, taken from the inputs of a Command or of the function `run`. */
export interface ProcessInputs {
  readonly stdin?: string;
  readonly logging?: "stdout" | "stderr" | "stdoutAndStderr" | "none";
  readonly interpreter?: readonly string[];
  readonly dir?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly addPreviousOutputInEnv?: boolean;
}

/** Inputs of `command:local:Command`. */
export interface CommandInputs extends ProcessInputs {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
}

const TEXT = "must be a string";
const LOGGING = ["stdout", "stderr", "stdoutAndStderr", "none"];
const REFUSED = ["assetPaths", "archivePaths"];

type Rule = (value: PropertyValue) => string | undefined;

const text: Rule = (value) => (typeof value === "string" ? undefined : TEXT);
const texts: Rule = (value) =>
  Array.isArray(value) && value.every(isTextOrUnknown) ? undefined : "must be a list of strings";

// Every input of the resource and what it has to be.
// Source: pulumi/pulumi-command@v1.2.1:provider/pkg/provider/{common/inputs,local/base}.go.
const RULES: Readonly<Record<string, Rule>> = {
  create: text,
  update: text,
  delete: text,
  command: text,
  stdin: text,
  dir: text,
  triggers: (value) => (Array.isArray(value) ? undefined : "must be a list"),
  interpreter: texts,
  environment: (value) =>
    isMap(value) && Object.values(value).every(isTextOrUnknown)
      ? undefined
      : "must be a map of strings",
  addPreviousOutputInEnv: (value) => (typeof value === "boolean" ? undefined : "must be a boolean"),
  logging: (value) =>
    typeof value === "string" && LOGGING.includes(value)
      ? undefined
      : `must be one of ${LOGGING.join(", ")}`,
};

/**
 * Keeps the known inputs that are set; wrong types are failures, unknown values pass.
 *
 * @throws Refusal on inputs that only the official plugin supports.
 */
export function checkInputs(news: PropertyMap): CheckAnswer {
  const refused = REFUSED.find((key) => (news[key] ?? null) !== null);
  if (refused !== undefined) throw new Refusal(refused);
  const inputs = Object.fromEntries(
    Object.entries(news).filter(([key, value]) => key in RULES && value !== null),
  );
  const failures = Object.entries(inputs).flatMap(([property, value]) => {
    const bare = isSecret(value) ? value.value : value;
    const reason = bare === UNKNOWN ? undefined : RULES[property]?.(bare);
    return reason === undefined ? [] : [{ property, reason }];
  });
  return { inputs, failures };
}

/** Checked inputs (or state) as the process sees them: without secret marks. */
export function toCommandInputs(checked: PropertyMap): CommandInputs {
  return plain(checked) as CommandInputs;
}

function isTextOrUnknown(value: PropertyValue): boolean {
  return typeof (isSecret(value) ? value.value : value) === "string";
}
