import { expect, onTestFinished, test, vi } from "vitest";
import { hostsOverSsh } from "../../../components/hosts/roll/over-ssh";
import { sum } from "../agents";
import { HOST, sshHere } from "../api/ssh-here";

/** Has no outcome when it is asked first, is not reached when it is asked next, and has one then. */
const SLOW = `case $command in
*" start "*) echo outcome=started ;;
*" result "*)
  echo >>"$HERE/asked"
  case $(wc -l <"$HERE/asked") in
  1) echo outcome=none ;;
  2) echo "Connection reset by peer" >&2; exit 255 ;;
  *) printf 'outcome=swapped\\nidentity=kept\\n' ;;
  esac ;;
esac`;

test("a clock that is set in the middle of a swap, and a connection that is lost then, end no wait for its outcome (B-38)", async () => {
  const ssh = await sshHere(SLOW);
  const { now } = Date;
  let days = 0;
  vi.spyOn(Date, "now").mockImplementation(() => now() + 86_400_000 * (days += 1));
  onTestFinished(async () => {
    vi.restoreAllMocks();
    await ssh.remove();
  });
  const hosts = new Map([["c1", { ...HOST, unit: "bamf-agent" }]]);
  const access = hostsOverSsh(hosts, { ready: "-", withinSeconds: 20 });
  const wanted = { release: "0.11.0", sha256: sum("b"), sizeKiB: 0 };
  expect(await access.swap("c1", wanted)).toMatchObject({ outcome: "swapped", identity: "kept" });
});
