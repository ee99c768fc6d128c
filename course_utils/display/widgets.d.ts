// What the front-end of a notebook gives to the program of a widget. For the check of types only.

type Pair = [number, number];

/** The state of a widget that Python holds too. `Values`: its traits. */
interface WidgetModel<Values> {
  get<Name extends keyof Values>(name: Name): Values[Name];
  set<Name extends keyof Values>(name: Name, value: Values[Name]): void;
  save_changes(): void;
  on(events: string, action: () => void): void;
  off(events: string, action: () => void): void;
}

/** What a widget gets to draw itself with: where, and from what. */
interface Drawable<Model> {
  model: Model;
  el: HTMLElement;
}
