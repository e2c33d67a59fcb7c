import type { HostsCoreFacts } from "../../components/hosts/gate-input";
import { observed, unavailable } from "../../components/upgrade/observation";
import { NOW } from "./agents";

/** What a look finds where there is nothing. */
export const noFacts: HostsCoreFacts = {
  now: NOW,
  hosts: {},
  sums: observed({}),
  sizes: {},
  followed: undefined,
  images: {},
  database: undefined,
  store: unavailable("there is no database to save"),
  restore: unavailable("there is no database to restore"),
  own: observed(undefined),
  staging: undefined,
};
