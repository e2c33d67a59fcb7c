import { randomBytes } from "node:crypto";

import type {
  CheckCall,
  CreateCall,
  DeleteCall,
  InvokeCall,
  ProviderHandlers,
  UpdateCall,
} from "../protocol/handlers";
import { plainText, type PropertyMap } from "../protocol/values";

import { checkInputs, toCommandInputs } from "./command-inputs";
import { compareInputs } from "./compare-inputs";
import { previewCreate, previewUpdate } from "./preview-outputs";
import { Refusal } from "./refusal";
import { runProcess, type ProcessOutputs } from "./run-process";

const COMMAND = "command:local:Command";
const RUN = "command:local:run";
const LONGEST_TIMER_MS = 2 ** 31 - 1; // 24 days
const NOTHING: ProcessOutputs = { stdout: "", stderr: "" };

/**
 * Behaves like version 1.2.1 of the official plugin for local commands and refuses all else: a
 * preview runs nothing, a failed command leaves no trace in state, a replaced one runs its old
 * `delete`. Secrets stay on the properties that they were given for; `stdout` and `stderr` are
 * secret only if the program says so.
 *
 * Source: pulumi/pulumi-command@v1.2.1:provider/pkg/provider/local/commandController.go;
 * pulumi/pulumi-go-provider@v1.3.0:infer/resource.go (ensureDefaultSecrets).
 */
export const commandProvider: ProviderHandlers = {
  version: "1.2.1",
  check,
  diff: ({ oldInputs, news, ignoreChanges }) =>
    Promise.resolve(compareInputs(oldInputs, news, ignoreChanges)),
  create,
  update,
  read: ({ id, olds, oldInputs }) => Promise.resolve({ id, outputs: olds, inputs: oldInputs }),
  delete: remove,
  invoke,
  construct: (type) => Promise.reject(new Refusal(type)),
};

function check({ type, news }: CheckCall) {
  if (type !== COMMAND) return Promise.reject(new Refusal(type));
  return Promise.resolve(checkInputs(news));
}

async function create(call: CreateCall) {
  const { inputs, name, preview } = call;
  const id = `${name}${randomBytes(4).toString("hex")}`;
  if (preview) return { id, outputs: previewCreate(inputs) };
  const outputs = await run(call, toCommandInputs(inputs).create, inputs, NOTHING);
  return { id, outputs: { ...inputs, ...outputs } };
}

async function update(call: UpdateCall): Promise<PropertyMap> {
  const { olds, preview, ignoreChanges } = call;
  const ignored = ignoreChanges.flatMap((key) =>
    olds[key] === undefined ? [] : [[key, olds[key]]],
  );
  const news = { ...call.news, ...(Object.fromEntries(ignored) as PropertyMap) };
  if (preview) return previewUpdate(olds, news);
  const { update: wanted, create: otherwise } = toCommandInputs(news);
  const outputs = await run(call, wanted ?? otherwise, news, results(olds));
  return { ...news, ...outputs };
}

async function remove(call: DeleteCall): Promise<void> {
  await run(call, toCommandInputs(call.olds).delete, call.olds, results(call.olds));
}

async function invoke(call: InvokeCall): Promise<PropertyMap> {
  if (call.token !== RUN) throw new Refusal(call.token);
  const { inputs, failures = [] } = checkInputs(call.args);
  const [wrong] = failures;
  if (wrong !== undefined) throw new Error(`${wrong.property} ${wrong.reason}`);
  const command = plainText(inputs["command"]);
  const outputs = await run({ ...call, timeoutSeconds: 0 }, command, inputs, NOTHING);
  return { ...inputs, ...outputs };
}

type Running = Pick<CreateCall, "log" | "signal" | "timeoutSeconds">;

// Without a command there is nothing to run, and the results of the run before stay.
async function run(
  { log, signal, timeoutSeconds }: Running,
  command: string | undefined,
  inputs: PropertyMap,
  previous: ProcessOutputs,
): Promise<PropertyMap> {
  if (command === undefined) return { ...previous };
  const late = new AbortController();
  const timer = setTimeout(() => {
    late.abort();
  }, timeLimitMs(timeoutSeconds));
  const outputs = await runProcess({
    command,
    inputs: toCommandInputs(inputs),
    previous,
    log: (line) => {
      log("info", line, { ephemeral: true });
    },
    signal: AbortSignal.any([signal, late.signal]),
  }).finally(() => {
    clearTimeout(timer);
  });
  return { ...outputs };
}

function timeLimitMs(seconds: number): number {
  return seconds > 0 ? Math.trunc(seconds) * 1_000 : LONGEST_TIMER_MS;
}

function results(olds: PropertyMap): ProcessOutputs {
  return { stdout: plainText(olds["stdout"]), stderr: plainText(olds["stderr"]) };
}
