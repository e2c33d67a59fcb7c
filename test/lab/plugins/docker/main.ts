import { startProvider } from "../protocol/start-provider";

import { dockerProvider } from "./docker-provider";

startProvider(dockerProvider);
