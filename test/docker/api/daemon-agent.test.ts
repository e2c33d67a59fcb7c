import { expect, test, vi } from "vitest";
import { execute } from "../../../components/docker/api/execute";
import { isUnreached } from "../../../components/docker/api/is-gone";
import { openDocker } from "../../../components/docker/api/open-docker";
import { daemonThat, json } from "./silent-daemon";

test("a daemon that falls silent in the middle of a step ends each question at a limit that is named, and no connection to it stays open (S-40)", async () => {
  const { host, open } = await daemonThat(() => undefined);
  const docker = await openDocker({ host }, { seconds: 0.3 });
  await expect(docker.listContainers({ all: true })).rejects.toThrow(
    `Docker at ${host} has not answered GET /containers/json within 0.3 s`,
  );
  await expect(docker.getContainer("a").start()).rejects.toThrow("POST /containers/a/start");
  await vi.waitFor(() => {
    expect(open.size).toBe(0);
  });
});

test("an answer that is cut by a killed daemon is an error at once, not a wait without an end (S-40)", async () => {
  const { host } = await daemonThat((_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    setTimeout(() => response.destroy(), 20);
  });
  const docker = await openDocker({ host }, { seconds: 5 });
  await expect(docker.getContainer("a").inspect()).rejects.toMatchObject({ code: "ECONNRESET" });
});

test("an answer that comes to a stop in its middle ends at the limit (S-40)", async () => {
  const { host, open } = await daemonThat((_, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
  });
  const docker = await openDocker({ host }, { seconds: 0.3 });
  await expect(docker.getContainer("a").inspect()).rejects.toThrow("within 0.3 s");
  await vi.waitFor(() => {
    expect(open.size).toBe(0);
  });
});

test("a drain of hours is waited for as long as the daemon answers another question meanwhile, and no longer (T-45)", async () => {
  let isSilent = false;
  const { host, asked } = await daemonThat(({ url = "" }, response) => {
    if (url.startsWith("/_ping") && !isSilent) response.end("OK");
  });
  const docker = await openDocker({ host }, { seconds: 0.3 });
  let words = "";
  const stopping = docker
    .getContainer("proxy")
    .stop({ t: 7200 })
    .catch((error: unknown) => (words = String(error)));
  await vi.waitFor(
    () => {
      expect(asked.filter((one) => one === "GET /_ping").length).toBeGreaterThan(1);
    },
    { timeout: 3000 },
  );
  expect(words).toBe("");
  isSilent = true;
  await stopping;
  expect(words).toContain(`Docker at ${host} has not answered POST /containers/proxy/stop`);
});

test("a program in a container whose output never ends is given up at the limit, and a daemon that has fallen silent meanwhile is named (S-40)", async () => {
  let isSilent = false;
  const { host, open } = await daemonThat(({ url = "" }, response) => {
    if (url.endsWith("/exec")) json(response, { Id: "e1" }, 201);
    else if (!isSilent) json(response, { ExitCode: null });
  });
  const docker = await openDocker({ host }, { seconds: 0.5 });
  const run = () => execute(docker, "proxy", ["sh", "-c", "true"], 0.3);
  await expect(run()).rejects.toThrow("sh in container proxy has not ended within 0.3 s");
  isSilent = true;
  await expect(run()).rejects.toThrow(
    `Docker at ${host} has not answered GET /exec/e1/json within 0.5 s`,
  );
  await vi.waitFor(() => {
    expect(open.size).toBe(0);
  });
});

test("what a program in a container has said is there once it has ended, which may be later than the limit of a question", async () => {
  const { host } = await daemonThat(
    ({ url = "" }, response) => {
      json(response, url.endsWith("/exec") ? { Id: "e1" } : { ExitCode: 3 }, 200);
    },
    (stream) => {
      setTimeout(() => {
        stream.end(Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 2]), Buffer.from("ok")]));
      }, 1200);
    },
  );
  const docker = await openDocker({ host }, { seconds: 0.5 });
  await expect(execute(docker, "a", ["true"])).resolves.toEqual({
    code: 3,
    stdout: "ok",
    stderr: "",
  });
});

test("what a program has said to a daemon that was killed and started anew is not taken for its answer: nobody knows how it has ended (S-14)", async () => {
  const { host } = await daemonThat(
    ({ url = "" }, response) => {
      if (url.endsWith("/exec")) json(response, { Id: "e1" }, 201);
      else json(response, { message: "No such exec instance: e1" }, 404);
    },
    (stream) => stream.end(),
  );
  const told = await execute(await openDocker({ host }), "proxy", ["sh"]).catch(
    (error: unknown) => error,
  );
  expect(String(told)).toContain("started anew");
  expect(isUnreached(told)).toBe(true);
});

test("a program whose output has ended and whose end the daemon has not noted yet is asked about once more", async () => {
  let asked = 0;
  const { host } = await daemonThat(
    ({ url = "" }, response) => {
      if (url.endsWith("/exec")) json(response, { Id: "e1" }, 201);
      else json(response, (asked += 1) < 3 ? { Running: true, ExitCode: null } : { ExitCode: 0 });
    },
    (stream) => stream.end(),
  );
  const { code } = await execute(await openDocker({ host }), "proxy", ["sh"]);
  expect(code).toBe(0);
});
