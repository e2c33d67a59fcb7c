/** How many files of the project `lab` run side by side when `TEST_LANES` is not set. */
const LANES = 5;

/**
 * Reads `TEST_LANES`: how many files of the project `lab` run side by side.
 *
 * @throws Error when it is no whole number of at least 1.
 */
export function lanesOf(env: Readonly<Record<string, string | undefined>>): number {
  const text = env["TEST_LANES"];
  if (text === undefined || text === "") return LANES;
  const lanes = Number(text);
  if (!Number.isInteger(lanes) || lanes < 1)
    throw new Error(`TEST_LANES: found "${text}"; expected a whole number of at least 1`);
  return lanes;
}
