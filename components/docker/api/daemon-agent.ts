import {
  Agent,
  request as ask,
  type AgentOptions,
  type ClientRequest,
  type RequestOptions,
} from "node:http";
import { inspect } from "node:util";
import { within } from "../../postgres/within";

/**
 * Longest wait for the answer to one question, in seconds. It is longer than a look, since a step that fails costs more than one that waits: a host that is busy with
 * gateways under load took more than 15 s for a list of containers. The stop of a container and the size of all volumes may take as long as they need, as long as
 * the daemon answers another question meanwhile.
 */
export const longestAnswer = 120;

/** Questions that may be open for hours: a container that drains, and files that are counted. */
const TAKES_ITS_TIME = /\/containers\/[^/]+\/stop\b|\/system\/df\b/;

/** What Node's own agent does with a request; not among the types of Node. */
const asNode = Agent.prototype as unknown as {
  readonly addRequest: (this: Agent, request: ClientRequest, options: RequestOptions) => void;
};

/** A daemon that accepts a question and has not answered it within the limit. */
export class DaemonSilent extends Error {}

/** Whose answers are waited for, and for how long. */
export interface AnswerLimit {
  /** For messages: `Docker at unix:///var/run/docker.sock`. */
  readonly words: string;
  /** Longest wait for a whole answer. */
  readonly seconds: number;
}

/**
 * The connections to one daemon, each for one question at a time. A daemon that accepts a question and falls silent ends it at the limit, with an error of one sentence and the connection
 * closed; so does one whose answer is cut. What a connection carries once it was handed over (the output of a program) has no limit here.
 *
 * It is printed as a word. The client prints its options with all that hangs on them for each request, whether anybody reads that or not: with sockets and what
 * waits for them that was nineteen twentieths of the work of a verification. Source: docker-modem 5.0.7, buildRequest.
 */
export class DaemonAgent extends Agent {
  readonly #limit: AnswerLimit;

  /** @param options - `keepAlive` has a connection serve again. @defaultValue as many as are asked for, each for one question */
  constructor(
    limit: AnswerLimit,
    options: Pick<AgentOptions, "keepAlive" | "maxSockets"> = { keepAlive: false },
  ) {
    super(options);
    this.#limit = limit;
  }

  /** Closes what is open and asks nothing; a connection that still waits for its answer closes with that. */
  retire(): void {
    Object.assign(this, { keepAlive: false });
    for (const one of Object.values(this.freeSockets).flat()) one?.destroy();
  }

  /** Called by Node for each request of this agent. */
  addRequest(request: ClientRequest, options: RequestOptions): void {
    // The client listens to the request alone: of an answer that is cut in its middle it would never hear.
    request.once("response", (answer) =>
      answer.once("error", (error: Error) => request.emit("error", error)),
    );
    asNode.addRequest.call(this, request, options);
    void this.#guard(request, options);
  }

  /** Waits until a request is over, and ends it at its limit. */
  async #guard(request: ClientRequest, options: RequestOptions): Promise<void> {
    const over = new Promise<void>((resolve) => request.once("close", resolve));
    const path = request.path.replace(/\?.*/, "");
    const { seconds, words } = this.#limit;
    const silent = `${words} has not answered ${request.method} ${path} within ${seconds} s`;
    for (;;) {
      try {
        await within(seconds, words, () => over);
        return;
      } catch {
        if (TAKES_ITS_TIME.test(path) && (await this.#isAlive(options))) continue;
        end(request, new DaemonSilent(silent));
        return;
      }
    }
  }

  /** Whether the daemon answers another question within the same limit. */
  #isAlive({ socketPath, host, port }: RequestOptions): Promise<boolean> {
    return new Promise((resolve) => {
      const beside = ask({ socketPath, host, port, path: "/_ping", agent: this });
      beside.once("response", (answer) => {
        answer.resume();
        resolve(true);
      });
      beside.on("error", () => {
        resolve(false);
      });
      beside.end();
    });
  }

  [inspect.custom](): string {
    return "DaemonAgent";
  }
}

/** Whoever waits is told why; what has come of the answer until then is of no use. */
function end(request: ClientRequest, error: Error): void {
  request.emit("error", error);
  request.destroy(error);
}
