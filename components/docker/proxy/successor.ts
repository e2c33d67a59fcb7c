/** How a new front proxy has come to its listening sockets. */
export type Succession =
  /** It has those of the one before: the old one can leave. */
  | "took over"
  /** There was none before. */
  | "first"
  /** It has sockets of its own beside those of the old one: if the old one left now, connections that wait there would be reset. */
  | "beside";

/**
 * What HAProxy says when it gets no sockets from its predecessor. It goes on all the same, with sockets of its own. It waits one second for them, which a busy
 * host can make too short.
 *
 * Source: `haproxy@2.6:src/sock.c` (sock_get_old_sockets).
 */
const WITHOUT = "Failed to get the sockets from the old process";

/**
 * Whether the old front proxy may be told to leave, from what the new one has written so far. One that stands beside it is stopped and started again.
 *
 * @param predecessor - whether an old front proxy ran when this one started
 */
export const judgeSuccession = (
  log: string,
  { predecessor }: { readonly predecessor: boolean },
): Succession => (!predecessor ? "first" : log.includes(WITHOUT) ? "beside" : "took over");
