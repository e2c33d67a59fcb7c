/** Hands on text line by line, as it comes; `end` hands on a last line without a line feed. */
export class LineSplitter {
  private rest = "";

  constructor(private readonly line: (text: string) => void) {}

  /** Takes the next piece of text. */
  add(text: string): void {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    lines.forEach((line) => {
      this.line(line.replace(/\r$/, ""));
    });
  }

  /** Says that no more text comes. */
  end(): void {
    if (this.rest !== "") this.line(this.rest);
    this.rest = "";
  }
}
