/** Label of a Job that says which release it migrates to. */
export const RELEASE_LABEL = "gateways/release";
