// What a step resource runs: components/steps/main.ts, without a moment of compiling if nothing has changed.
import { load } from "./bundle.mjs";

await load("components/steps/main.ts");
