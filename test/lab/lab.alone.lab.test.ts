import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runningDaemon } from "./daemon";
import { connectLab, labState, labUp, type Lab } from "./lab";
import { run } from "./run";

// That it goes away without a trace is not proved here: the other tests need it.
const namespace = "lab-test";
let lab: Lab;

const kubectl = async (...args: readonly string[]): Promise<string> =>
  (await run("kubectl", args, { env: lab.env })).stdout;

const inPod = (...command: readonly string[]): Promise<string> =>
  kubectl("--namespace", namespace, "exec", "probe", "--", "/bin/busybox", ...command);

const quiet = (): void => undefined;

beforeAll(async () => {
  lab = await connectLab();
  await run("kubectl", ["delete", "namespace", namespace, "--ignore-not-found"], { env: lab.env });
  await kubectl("create", "namespace", namespace);
  const shell = ["run", "probe", "--image=docker.io/gateways-lab/pause:1", "--command", "--"];
  await kubectl("--namespace", namespace, ...shell, "/bin/busybox", "sleep", "3600");
  await kubectl("--namespace", namespace, "wait", "--for=condition=Ready", "pod/probe");
});

afterAll(() => kubectl("delete", "namespace", namespace, "--wait=false"));

describe("a lab that is up", () => {
  test("a pod asks PostgreSQL, Redis and the Supabase stand-in, each answers", async () => {
    const port = (number: number): Promise<string> =>
      inPod("nc", "-w", "2", lab.postgres.podHost, String(number), "-e", "/bin/busybox", "true");
    await port(lab.postgres.port);
    await port(lab.redis.port);
    expect(await inPod("wget", "-qO-", `${lab.supabaseUrl}/postgres/rest/v1/`)).toBe("[]");
  });

  test("a pod asks for Services by name, a usual one is its address and a headless one its pods, and no other name of the cluster is known", async () => {
    const inNamespace = ["--namespace", namespace];
    await kubectl(...inNamespace, "expose", "pod", "probe", "--name=plain", "--port=80");
    const headless = ["--name=headless", "--port=80", "--cluster-ip=None"];
    await kubectl(...inNamespace, "expose", "pod", "probe", ...headless);
    const field = (object: string, path: string): Promise<string> =>
      kubectl(...inNamespace, "get", object, `--output=jsonpath={${path}}`);
    const addressOf = async (name: string): Promise<string> => {
      const answer = await inPod("nslookup", "-type=a", `${name}.svc.cluster.local`);
      return answer.split("\n").findLast((line) => line.startsWith("Address")) ?? "";
    };
    const soon = { timeout: 10_000 };
    await expect
      .poll(() => addressOf(`plain.${namespace}`), soon)
      .toContain(await field("service/plain", ".spec.clusterIP"));
    await expect
      .poll(() => addressOf(`headless.${namespace}`), soon)
      .toContain(await field("pod/probe", ".status.podIP"));
    await expect(addressOf(`absent.${namespace}`)).rejects.toThrow(/exit code 1/);
  });

  test("Prometheus is asked whom it scrapes, it finds pods by the cluster and not by a list", async () => {
    const answer = await fetch(`${lab.prometheusUrl}/api/v1/status/config`);
    const { data } = (await answer.json()) as { readonly data: { readonly yaml: string } };
    expect(data.yaml).toContain("role: pod");
    expect(data.yaml).not.toContain("static_configs");
  });

  test("this machine asks PostgreSQL with the lab's password, it answers; with another, it refuses", async () => {
    const { host, port, superuser, password } = lab.postgres;
    const ask = (secret: string): Promise<{ readonly exitCode: number; readonly stdout: string }> =>
      run(
        "psql",
        ["-h", host, "-p", String(port), "-U", superuser, "-Atc", "show max_connections"],
        {
          env: { PGPASSWORD: secret, PGDATABASE: "postgres" },
          reject: false,
        },
      );
    expect(await ask(password)).toEqual({ exitCode: 0, stdout: "200" });
    expect((await ask("wrong")).exitCode).not.toBe(0);
  });

  test("it is brought up again, every program is the same process as before", async () => {
    const before = await labState();
    await labUp(quiet);
    expect(await labState()).toEqual(before);
  });

  test("its scheduler is killed hard, it is brought up again, only the scheduler is another process and the pod lives", async () => {
    const before = await labState();
    const scheduler = (await runningDaemon(lab.home, "kube-scheduler"))!;
    process.kill(scheduler.pid, "SIGKILL");
    await expect.poll(() => labState().then(({ whole }) => whole), { timeout: 20_000 }).toBe(false);
    await expect(connectLab()).rejects.toThrow("of the lab, kube-scheduler died");
    await labUp(quiet);
    const after = await labState();
    const changed = after.daemons.filter(({ pid }, at) => pid !== before.daemons[at]!.pid);
    expect(changed.map(({ name }) => name)).toEqual(["kube-scheduler"]);
    expect(await inPod("echo", "alive")).toBe("alive");
  });

  test("its tools are asked for their version, each is the pinned one", async () => {
    const version = async (tool: string, ...args: readonly string[]): Promise<string> =>
      (await run(tool, args, { env: { ...lab.env, PULUMI_OPTION_CWD: "" } })).stdout;
    expect(await version("pulumi", "version")).toBe("v3.245.0");
    expect(await version("helm", "version", "--short")).toContain("v3.20.2");
    expect(await version("kubectl", "version")).toMatch(/Server Version: v1\.34\.4/);
  });
});
