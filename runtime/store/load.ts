import type { TestedModel } from "./self-test.js";
import type { ModelStore } from "./store.js";

/**
 * The model over the newest weights that hold. Those on trial compute their vectors first, and where one is wrong the
 * model before them is loaded. What has passed is still to be confirmed by the application, once all is well with it:
 * `store.confirm()`.
 *
 * @param Model the class that a model's module exports
 */
export function load<Model extends TestedModel>(
  store: ModelStore,
  Model: new (weights?: Uint8Array) => Model,
): Model {
  for (;;) {
    const model = new Model(store.open());
    if (!store.isOnTrial || store.selfTest(model)) return model;
    store.reject();
  }
}
