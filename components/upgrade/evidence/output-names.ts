/** Names of the stack outputs of one gateway. */
export const outputNames = (gateway: string) => ({
  /** What was verified last. */
  evidence: `${gateway}Evidence`,
  /** The last proven dump. */
  backup: `${gateway}Backup`,
  /** By what the stack knows it since its first `up`. */
  identity: `${gateway}Identity`,
  /** What was verified before that, newest last. */
  history: `${gateway}History`,
});
