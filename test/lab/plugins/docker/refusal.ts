/** Says that a program asks for something that only the official plugin does. */
export class Refusal extends Error {
  constructor(what: string) {
    super(`the stand-in docker plugin does not support ${what}; use the official plugin`);
    this.name = "Refusal";
  }
}
