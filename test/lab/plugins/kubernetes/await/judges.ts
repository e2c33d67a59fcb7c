import type { Judge } from "./judge";

/** What each kind calls ready, by `apiVersion/kind`; kinds that are not listed are ready at once. */
export const judges: Readonly<Record<string, Judge>> = {};
