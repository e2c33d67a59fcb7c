import { seconds } from "./schema";
import { whole } from "./words";

/** What a stack file may say of the migration of any product. */
export const migrationFields = {
  retries: whole("retries", 0).default(3).describe("Retries of the migration Job."),
  deadlineSeconds: seconds.default(300).describe("Longest run of the migration Job, in seconds."),
};
