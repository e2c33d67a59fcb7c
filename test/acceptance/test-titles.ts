import ts from "typescript";

/** Every title that the tests of a file can have, with the words of the describes around them; what is skipped or still to do has none. */
export function testTitles(source: string): readonly string[] {
  const file = ts.createSourceFile("a.test.ts", source, ts.ScriptTarget.Latest, true);
  const tables = tablesOf(file);
  const titles: string[] = [];
  const visit = (node: ts.Node, around: string): void => {
    const found = ts.isCallExpression(node) ? suiteOrTest(node, tables) : undefined;
    if (found?.skipped === true) return;
    if (found?.kind === "test") titles.push(`${around}${found.title}`);
    const within = found?.kind === "describe" ? `${around}${found.title} ` : around;
    ts.forEachChild(node, (child) => {
      visit(child, within);
    });
  };
  visit(file, "");
  return titles;
}

type Tables = ReadonlyMap<string, ts.Expression>;

interface Found {
  readonly kind: "test" | "describe";
  readonly title: string;
  readonly skipped: boolean;
}

/** `test(title)`, `test.skipIf(…)(title)`, `describe.each(table)(title)` and the like; undefined for any other call. */
function suiteOrTest(call: ts.CallExpression, tables: Tables): Found | undefined {
  const [first] = call.arguments;
  const title = first === undefined ? undefined : literal(first);
  if (title === undefined) return undefined;
  const { root, words, table } = calleeOf(call.expression);
  if (root !== "test" && root !== "describe") return undefined;
  const rows = table !== undefined && /[%$]/.test(title) ? stringsOf(table, tables) : [];
  return {
    kind: root,
    title: [title, ...rows].join(" "),
    skipped: words.includes("skip") || words.includes("todo"),
  };
}

interface Callee {
  readonly root: string;
  readonly words: readonly string[];
  /** What `each` was given. */
  readonly table?: ts.Expression | undefined;
}

function calleeOf(expression: ts.Expression): Callee {
  if (ts.isIdentifier(expression)) return { root: expression.text, words: [] };
  if (ts.isPropertyAccessExpression(expression)) {
    const inner = calleeOf(expression.expression);
    return { ...inner, words: [...inner.words, expression.name.text] };
  }
  if (ts.isCallExpression(expression)) {
    const inner = calleeOf(expression.expression);
    return inner.words.at(-1) === "each" ? { ...inner, table: expression.arguments[0] } : inner;
  }
  return { root: "", words: [] };
}

/** Tables that stand under a name of their own. */
function tablesOf(file: ts.SourceFile): Tables {
  const tables = new Map<string, ts.Expression>();
  const visit = (node: ts.Node): void => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer)
      tables.set(node.name.text, node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return tables;
}

/** Strings of a table that may become part of a title: those of its rows, not what lies deeper in them. */
function stringsOf(table: ts.Expression, tables: Tables): readonly string[] {
  const plain = bare(table);
  if (ts.isIdentifier(plain)) {
    const named = tables.get(plain.text);
    return named === undefined ? [] : stringsOf(named, new Map());
  }
  if (!ts.isArrayLiteralExpression(plain)) return [];
  return plain.elements.map(bare).flatMap((row) => {
    const cells = ts.isArrayLiteralExpression(row) ? row.elements.map(bare) : [row];
    return cells.flatMap((cell) => literal(cell) ?? []);
  });
}

/** Without `as const` and `satisfies`. */
const bare = (node: ts.Expression): ts.Expression =>
  ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? bare(node.expression) : node;

const literal = (node: ts.Expression): string | undefined =>
  ts.isStringLiteralLike(node) ? node.text : undefined;
