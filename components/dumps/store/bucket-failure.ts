import { StepFailure, wordsOf } from "../../upgrade/step-io";

interface Fault {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly errors?: readonly Fault[];
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const FIXES: readonly (readonly [RegExp, string])[] = [
  [/NoSuchBucket/, "make the bucket, or correct backup.store in the stack file"],
  [
    /credential|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|token (is|has) expired/i,
    "give credentials of the bucket: gateways:<product>BackupCredentials, or what the AWS SDK finds in the environment",
  ],
  [
    /AccessDenied|Forbidden|403/,
    "let these credentials list, read, write and delete below the prefix (docs/where-dumps-live.md names the rights)",
  ],
  [
    /PermanentRedirect|AuthorizationHeaderMalformed|301/,
    "correct region and endpoint of backup.store",
  ],
];

/** What a bucket, or the way to it, answered in the place of what was asked for. */
export function bucketFailure(words: string, error: unknown): StepFailure {
  const fault = error as Fault;
  const reason = reasonOf(fault) ?? wordsOf(error);
  const [, fix] = FIXES.find(([pattern]) => pattern.test(reason)) ?? [];
  return new StepFailure(
    `${words} does not do as it is asked: ${reason}`,
    fix ?? "make the store reachable from here, then run this again",
  );
}

function reasonOf(fault: Fault): string | undefined {
  // A host with several addresses fails with one error for each, and with no words of its own.
  const first = fault.errors?.[0];
  if (fault.message === "" && first !== undefined) return reasonOf(first);
  const { name = "", message = "", code } = fault;
  const status = fault.$metadata?.httpStatusCode;
  const what = name === "Error" || name === "" ? (code ?? "") : name;
  const said = [what, message].filter((part) => part !== "");
  const text = [...new Set(said)]
    .join(": ")
    .replace(/[.\s]+$/, "")
    .replaceAll("\n", " ");
  if (text === "" || /Unknown(Error)?$/.test(text))
    return status === undefined ? undefined : `status ${status}`;
  return text;
}
