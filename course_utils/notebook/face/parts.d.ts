// What Python tells the page of each part (parts.py, gallery.py, roll.py: `as_told`) and of how the
// parts are arranged (page.py). For the check of types only.

interface PartState {
  hidden: boolean;
  description: string;
  tooltip: string;
  disabled: boolean;
}

interface HtmlState extends PartState {
  kind: "html";
  value: string;
}

interface ButtonState extends PartState {
  kind: "button";
  main: boolean;
}

interface TextState extends PartState {
  kind: "text";
  value: string;
  placeholder: string;
  rows: number;
  options?: string[];
}

interface TickState extends PartState {
  kind: "tick";
  value: boolean;
}

interface Span {
  value: number;
  min: number;
  max: number;
  step: number;
}

interface NumberState extends PartState, Span {
  kind: "number";
}

interface SliderState extends PartState, Span {
  kind: "slider";
}

/** One of several; `place` is below 0 where none is chosen. */
interface Options extends PartState {
  options: string[];
  place: number;
}

interface ChoiceState extends Options {
  kind: "choice";
}

interface ChoicesState extends Options {
  kind: "choices";
  places: number[];
  rows: number;
}

interface TilesState extends Options {
  kind: "tiles";
  pictures: [address: string, words: string][];
}

interface FileState extends PartState {
  kind: "file";
  accept: string;
  multiple: boolean;
}

/** `children` are names of parts. */
interface BoxState extends PartState {
  kind: "column" | "row";
  children: string[];
}

interface PanelsState extends PartState {
  kind: "panels";
  children: string[];
  titles: string[];
  opened: number;
}

interface OwnWidgetState extends PartState {
  kind: "widget";
  model: string;
}

interface StatusState extends PartState {
  kind: "status";
  sentence: string;
  wrong: boolean;
}

interface BarState extends PartState {
  kind: "bar";
  going: boolean;
  share: number;
  words: string;
}

interface FilmState extends PartState {
  kind: "film";
  cards: string[];
  verb: string;
}

/** Of a result that is being made: its words so far, or a picture as PNG. */
interface Preview {
  words?: string;
  picture?: DataView;
}

interface GalleryState extends PartState {
  kind: "gallery";
  noun: string;
  candidates: string;
  bar: string;
  slots: number;
  cards: string[];
  large: string;
  chosen: number;
  aside: number[];
  busy: boolean;
  preview: Preview;
  verbs: [name: string, words: string, tip: string][];
}

type Note = [start: number, length: number, pitch: number];

interface RollState extends PartState {
  kind: "roll";
  notes: Note[];
  rows: [pitch: number, name: string, black: boolean][];
  bar: number;
  span: number;
  chosen: number;
  seconds: number;
  begins: number;
}

/** The state of a part by how it is drawn. */
interface States {
  html: HtmlState;
  button: ButtonState;
  text: TextState;
  tick: TickState;
  number: NumberState;
  slider: SliderState;
  choice: ChoiceState;
  choices: ChoicesState;
  tiles: TilesState;
  file: FileState;
  column: BoxState;
  row: BoxState;
  panels: PanelsState;
  widget: OwnWidgetState;
  status: StatusState;
  bar: BarState;
  film: FilmState;
  gallery: GalleryState;
  roll: RollState;
}

type State = States[keyof States];

/** A part as drawn: the element, and what puts a newer state into it. */
interface DrawnPart<Shown> {
  node: HTMLElement;
  show(state: Shown): void;
  control?: HTMLElement & { value: string };
}

// How the parts are arranged

interface Spoken {
  words: Record<string, string>;
  language: string;
  direction: string;
  alone?: boolean; // the code of the cell does nothing else
}

interface Place {
  part: string;
}

/** Parts one below the other. */
interface SheetPlan extends Spoken {
  prompt?: undefined;
  generate?: undefined;
  gallery?: undefined;
  after?: undefined;
}

interface StudioPlan extends Spoken {
  prompt: Place;
  generate: Place;
  stop: Place;
  quick: Place[];
  gallery: Place;
  after: Place[];
  progress: Place;
  status: Place;
  film: Place;
  examples: string[];
  below: Place[];
}

type Plan = SheetPlan | StudioPlan;

// What goes to and fro

/** What a person did with a part. */
interface Told {
  value?: string | number | boolean;
  place?: number;
  places?: number[];
  names?: string[];
  verb?: string;
  what?: string;
  beats?: number;
  semitones?: number;
}

/** What Python says outside the state: which part's message was heard, or a file to be saved. */
interface FromPython {
  answered?: string;
  file?: string;
}

type Hearer = (message: FromPython, buffers: DataView[]) => void;

interface PageModel {
  get(name: "plan"): Plan;
  get(name: string): State;
  send(message: { part: string } & Told, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
  on(event: "msg:custom", action: Hearer): void;
  on(event: string, action: () => void): void;
  off(event: string, action: Hearer | (() => void)): void;
  widget_manager: {
    get_model(id: string): Promise<object>;
    create_view(model: object): Promise<{ el: HTMLElement }>;
  };
}
