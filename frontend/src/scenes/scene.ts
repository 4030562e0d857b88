// What every scene is handed.
import type { App } from "../app";

export interface SceneProps {
  app: App;
}
