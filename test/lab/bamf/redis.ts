import { once } from "node:events";
import { connect } from "node:net";

/** An open connection to Redis. */
export interface RedisConnection {
  /** Sends a command and gives its answer, the parts of a list each on a line, an absent one as an empty line. */
  readonly ask: (...command: readonly string[]) => Promise<string>;
  readonly close: () => void;
}

/** Connects to a Redis of this machine. A guard's look must be quicker than a program's start. */
export async function openRedis(port: number): Promise<RedisConnection> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const waiting: { resolve: (text: string) => void; reject: (why: Error) => void }[] = [];
  let buffer = Buffer.alloc(0);
  socket.on("data", (data) => {
    buffer = Buffer.concat([buffer, data]);
    for (let reply = parse(buffer, 0); reply !== undefined; reply = parse(buffer, 0)) {
      buffer = buffer.subarray(reply.end);
      const asked = waiting.shift();
      if (reply.failed) asked?.reject(new Error(reply.text));
      else asked?.resolve(reply.text);
    }
  });
  // Who still waits then learns nothing: the test is over.
  socket.on("error", () => undefined);
  return {
    ask: (...command) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        const parts = command.map((it) => `$${Buffer.byteLength(it)}\r\n${it}\r\n`);
        socket.write(`*${command.length}\r\n${parts.join("")}`);
      }),
    close: () => socket.destroy(),
  };
}

interface Reply {
  readonly text: string;
  readonly failed: boolean;
  readonly end: number;
}

/** The reply that begins there; nothing while a part of it is on its way. */
function parse(buffer: Buffer, at: number): Reply | undefined {
  const line = buffer.indexOf("\r\n", at);
  if (line === -1) return undefined;
  const text = buffer.toString("utf8", at + 1, line);
  const kind = String.fromCharCode(buffer[at]!);
  let end = line + 2;
  if (kind === "$") {
    const size = Number(text);
    if (size < 0) return { text: "", failed: false, end };
    if (buffer.length < end + size + 2) return undefined;
    return { text: buffer.toString("utf8", end, end + size), failed: false, end: end + size + 2 };
  }
  if (kind !== "*") return { text, failed: kind === "-", end };
  const parts: string[] = [];
  for (let left = Number(text); left > 0; left -= 1) {
    const part = parse(buffer, end);
    if (part === undefined) return undefined;
    parts.push(part.text);
    end = part.end;
  }
  return { text: parts.join("\n"), failed: false, end };
}
