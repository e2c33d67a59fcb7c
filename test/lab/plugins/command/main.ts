import { startProvider } from "../protocol/start-provider";

import { commandProvider } from "./command-provider";

startProvider(commandProvider);
