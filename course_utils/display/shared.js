// What the programs of several widgets and pages need; display/scripts.py puts it before each.
"use strict";

/**
 * Arrow keys, as steps to the right and downwards.
 * @type {Record<string, Pair>}
 */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A new element with properties and what stands in it.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Partial<HTMLElementTagNameMap[Tag]>} [properties]
 * @param {(Node | string)[]} inside
 * @returns {HTMLElementTagNameMap[Tag]}
 */
const made = (tag, properties = {}, ...inside) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...inside);
  return node;
};

/**
 * The same element with classes, a space between them.
 * @template {Element} Kind
 * @param {Kind} node
 * @param {string} names
 */
const named = (node, names) => {
  node.classList.add(...names.split(" "));
  return node;
};

/**
 * The same element with attributes: what is no property in every browser, as role and aria-label.
 * @template {Element} Kind
 * @param {Kind} node
 * @param {Record<string, string | number>} attributes
 */
const tagged = (node, attributes) => {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
};

/**
 * The same element, whose keys are its own and not the notebook's around it; the notebook's keys
 * look at what has the focus first. From a plain button or a link the arrow keys lead on through
 * the notebook; Escape leads back to the cell from anywhere.
 * @template {HTMLElement} Kind
 * @param {Kind} root
 */
const keepsKeys = (root) => {
  const own = { "data-lm-suppress-shortcuts": "true" };
  root.addEventListener("focusin", ({ target }) => {
    if (target instanceof Element && !target.matches("button:not([role]), a, summary"))
      tagged(target, own);
  });
  root.addEventListener("keydown", (event) => {
    const cell = root.closest(".jp-Cell");
    if (event.key === "Escape" && !event.defaultPrevented && cell instanceof HTMLElement)
      cell.focus();
  });
  return tagged(root, own);
};

/**
 * While something plays, a line goes over the notes that are drawn beside it: those that say how
 * many seconds they last.
 * @param {HTMLElement} root around players and notes
 */
const followsSound = (root) => {
  /** @param {HTMLAudioElement} audio */
  const place = (audio) => {
    const [near, far] = [audio.parentElement, audio.parentElement?.parentElement].map((box) => [
      .../** @type {NodeListOf<SVGElement>} */ (box?.querySelectorAll("svg[data-seconds]") ?? []),
    ]);
    for (const notes of near.length ? near : far) {
      const { begins, seconds } = notes.dataset;
      const now = (audio.currentTime + Number(begins)) / Math.max(Number(seconds), 0.01);
      const x = `${100 * Math.min(now, 1)}%`;
      const visibility = audio.currentTime > 0 ? "visible" : "hidden";
      for (const line of notes.querySelectorAll(".now")) tagged(line, { x1: x, x2: x, visibility });
    }
  };
  const moved = (/** @type {Event} */ { type, target }) => {
    if (!(target instanceof HTMLAudioElement)) return;
    const step = () => {
      place(target);
      if (!target.paused && target.isConnected) requestAnimationFrame(step);
    };
    (type === "play" ? step : () => place(target))();
  };
  for (const what of ["play", "pause", "seeked"]) root.addEventListener(what, moved, true);
};

/**
 * The first element that a selector fits, which has to be there.
 * @template {Element} Kind
 * @param {string} selector
 * @param {new () => Kind} kind
 * @param {ParentNode} [around]
 * @returns {Kind}
 */
const there = (selector, kind, around = document) => {
  const found = around.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`${selector} is not on this page.`);
  return found;
};

/**
 * Says a text in the language of its studio, with its {places} filled.
 * @param {Record<string, string>} words what the texts of this program are in that language
 */
const worded =
  (words) =>
  /**
   * @param {string} english
   * @param {Record<string, string | number>} [places]
   */
  (english, places = {}) =>
    Object.entries(places).reduce(
      (said, [name, value]) => said.replaceAll(`{${name}}`, String(value)),
      words[english] ?? english,
    );
