/** Names of the stack outputs of one gateway. */
export const outputNames = (gateway: string) => ({
  /** What was verified last. */
  evidence: `${gateway}Evidence`,
  /** The last proven dump. */
  backup: `${gateway}Backup`,
  /** What was verified before that, newest last. */
  history: `${gateway}History`,
});
