import { describe, expect, test } from "vitest";
import { containerOf } from "../../../components/docker/platform/docker-command";

const key = "edge-1 ssh-ed25519 AAAAC3Nza root@edge-1";

describe("a Docker host behind SSH", () => {
  test("runs programs in its containers by its own docker, with each word as it is", () => {
    const { command } = containerOf({ host: "ssh://root@edge-1", hostKey: key }, "db");
    const { file, args } = command(["psql", "-c", "SELECT 'a b'"]);
    expect(file).toBe("ssh");
    expect(args.slice(-2)).toEqual([
      "root@edge-1",
      `docker exec -i db psql -c 'SELECT '\\''a b'\\'''`,
    ]);
  });

  test("is not needed for a daemon of this machine", () => {
    const { command } = containerOf({ host: "unix:///run/docker.sock" }, "db");
    expect(command(["pg_dump"], { hasInput: false })).toEqual({
      file: "docker",
      args: ["--host", "unix:///run/docker.sock", "exec", "db", "pg_dump"],
    });
  });
});
