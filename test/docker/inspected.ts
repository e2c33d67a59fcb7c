import { parseInspected, type Inspected } from "../../components/docker/facts/read-container";

/** What one container of a Compose project is made of. */
export interface Composed {
  readonly service: string;
  readonly project?: string;
  readonly env?: readonly string[];
  readonly volume?: readonly [name: string, path: string];
  readonly bind?: readonly [folder: string, path: string];
  readonly port?: string;
  readonly state?: string;
  readonly oneOff?: boolean;
  /** Name of the hook that it was made for. */
  readonly hook?: string;
  /** Before the name that Compose gives to it for good. */
  readonly prefix?: string;
  readonly network?: string;
}

/** As `docker inspect` of a daemon 20.10 tells a container that Compose v2 has made, with the parts that are read and some that are not. */
export const inspected = ({
  service,
  project = "smoltbot",
  env = [],
  volume,
  bind,
  port,
  state = "running",
  oneOff = false,
  hook,
  prefix = "",
  network = `${project}_default`,
}: Composed): Inspected =>
  parseInspected({
    Id: `f00d${service}0123456789`,
    Created: "2026-02-17T12:00:00.123456789Z",
    Path: "docker-entrypoint.sh",
    State: { Status: state, Running: state === "running", ExitCode: 0, OOMKilled: false },
    Image: "sha256:feed",
    Name: `/${prefix}${project}-${service}-1`,
    RestartCount: 0,
    HostConfig: {
      RestartPolicy: { Name: "unless-stopped", MaximumRetryCount: 0 },
      Memory: 0,
      LogConfig: { Type: "json-file", Config: {} },
      PortBindings:
        port === undefined
          ? {}
          : { "8787/tcp": [{ HostIp: "", HostPort: port }], "8787/udp": null },
    },
    Mounts: [
      ...(volume === undefined
        ? []
        : [
            {
              Type: "volume",
              Name: volume[0],
              Source: "/var/lib/docker/x",
              Destination: volume[1],
            },
          ]),
      ...(bind === undefined ? [] : [{ Type: "bind", Source: bind[0], Destination: bind[1] }]),
    ],
    Config: {
      Image: `${service}:1`,
      Env: ["PATH=/usr/bin", ...env],
      Labels: {
        "com.docker.compose.project": project,
        "com.docker.compose.service": service,
        ...(hook === undefined
          ? { "com.docker.compose.oneoff": oneOff ? "True" : "False" }
          : { "com.docker.compose.hook": hook }),
        "com.docker.compose.project.working_dir": "/srv/smoltbot/deploy/docker",
        "com.docker.compose.project.config_files":
          "/srv/smoltbot/deploy/docker/docker-compose.yml,/srv/more.yml",
      },
    },
    NetworkSettings: {
      Networks: {
        [network]: {
          Aliases: [`${project}-${service}-1`, service, `f00d${service}012`.slice(0, 12)],
        },
      },
    },
  });
