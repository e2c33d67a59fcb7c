import { expect, test } from "vitest";
import { judgeSuccession } from "../../../components/docker/proxy/successor";

/** As HAProxy 2.6.12 has written on a busy machine. */
const BUSY = `[WARNING]  (15088) : Failed to get the number of sockets to be transferred !
[ALERT]    (15088) : Failed to get the sockets from the old process!
[NOTICE]   (15088) : New worker (15194) forked
[NOTICE]   (15088) : Loading success.
`;
const WELL =
  "[NOTICE]   (16048) : New worker (16049) forked\n[NOTICE]   (16048) : Loading success.\n";

test("a successor that got the sockets lets the old one leave (T-46)", () => {
  expect(judgeSuccession(WELL, { predecessor: true })).toBe("took over");
});

test("one that got none stands beside the old one, which must not leave yet (T-46)", () => {
  expect(judgeSuccession(BUSY, { predecessor: true })).toBe("beside");
});

test("the first one of a host finds nobody, and that is no fault", () => {
  expect(judgeSuccession(BUSY, { predecessor: false })).toBe("first");
});
