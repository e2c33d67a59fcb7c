/** What test files depend on. All paths are below the checkout. */
export interface Graph {
  readonly tests: readonly string[];
  /** Files that a file imports, or starts by their path. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
  /** Beginnings of paths that a file reads, or lets another program read, while it runs. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
}

/** A test file that a change can reach, and the changed files that reach it. */
export interface Chosen {
  readonly file: string;
  readonly because: readonly string[];
}

/** Changes to these can reach every test. */
const EVERYWHERE = /^(package(-lock)?\.json|tsconfig\.json|vitest\.config\.mts)$/;

/** Chooses the test files that changes can reach, in the order of the graph. */
export function chooseTests(changed: readonly string[], graph: Graph): readonly Chosen[] {
  const everywhere = changed.filter((file) => EVERYWHERE.test(file));
  return graph.tests.flatMap((file) => {
    const modules = reachOf(file, graph.imports);
    const read = [...modules].flatMap((module) => graph.reads[module] ?? []);
    const because = changed.filter(
      (path) => modules.has(path) || read.some((start) => path.startsWith(start)),
    );
    const all = [...everywhere, ...because];
    return all.length === 0 ? [] : [{ file, because: all }];
  });
}

/** A file and everything that it imports, directly or not. */
function reachOf(file: string, imports: Graph["imports"]): ReadonlySet<string> {
  const reached = new Set([file]);
  // What is added on the way is visited too.
  for (const module of reached) for (const other of imports[module] ?? []) reached.add(other);
  return reached;
}

/** A chosen file and why, in one line. */
export function describeChosen({ file, because }: Chosen): string {
  const [first = "", ...more] = because;
  return `  ${file}: ${first}${more.length === 0 ? "" : ` and ${more.length} more`}`;
}
