/** Variable that names the test files, separated by commas, which a run leaves out. */
export const LEFT_OUT = "TEST_LEFT_OUT";

/** Reads which test files a run leaves out; none without a word about it. */
export const leftOutOf = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  (env[LEFT_OUT] ?? "").split(",").filter((file) => file !== "");
