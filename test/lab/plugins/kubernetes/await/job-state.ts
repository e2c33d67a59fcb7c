import type { PropertyMap } from "../../protocol/values";
import { mapsAt, numberAt, textAt } from "../paths";
import { shownName } from "./pod-state";

/** Reasons of a failed Job that the official provider takes for final at once. */
const finalReasons = ["BackoffLimitExceeded", "DeadlineExceeded"];

function condition(job: PropertyMap, type: string): PropertyMap | undefined {
  return mapsAt(job, "status", "conditions").find(
    (found) => found["type"] === type && found["status"] === "True",
  );
}

/** True once the Job has started and is complete. */
export function isReady(job: PropertyMap): boolean {
  return textAt(job, "status", "startTime") !== "" && condition(job, "Complete") !== undefined;
}

/**
 * The failure that ends the wait, as `[reason] message`; undefined while there is hope. Other reasons of
 * failure run into the deadline, as with the official provider.
 * Source: pulumi/pulumi-kubernetes@v4.32.0:provider/pkg/await/checker/job/check.go
 */
export function failureOf(job: PropertyMap): string | undefined {
  const failed = condition(job, "Failed");
  const reason = textAt(failed, "reason");
  return finalReasons.includes(reason) ? `[${reason}] ${textAt(failed, "message")}` : undefined;
}

/** What the wait is for at this moment, in words. */
export function describeWait(job: PropertyMap): string {
  const name = shownName(job);
  if (textAt(job, "status", "startTime") === "") return `Waiting for Job "${name}" to start`;
  const [active, succeeded, failed] = ["active", "succeeded", "failed"].map((key) =>
    numberAt(job, "status", key),
  );
  return `Waiting for Job "${name}" to succeed (Active: ${active ?? 0} | Succeeded: ${succeeded ?? 0} | Failed: ${failed ?? 0})`;
}
