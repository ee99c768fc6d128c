// Layers of a drawing field, the area a fill runs over, and pictures as PNG.
const NEARLY_THE_SAME = 60; // 0-255 a channel: a fill runs over pixels this near to the first

/**
 * A square picture and what draws in it.
 * @param {number} side pixels
 * @returns {[HTMLCanvasElement, CanvasRenderingContext2D]}
 */
function layer(side) {
  const canvas = made("canvas", { width: side, height: side });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("This browser draws no pictures.");
  return [canvas, context];
}

/**
 * A picture repeated in all directions, or once.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} picture
 * @param {"repeat" | "no-repeat"} how
 */
function patternOf(context, picture, how) {
  const found = context.createPattern(picture, how);
  if (!found) throw new Error("This picture is not there yet.");
  return found;
}

/**
 * Stripes, so that the marked part is seen by those who do not see the colour.
 * @param {CanvasRenderingContext2D} context
 */
function stripes(context) {
  const [tile, pen] = layer(12);
  pen.fillStyle = "#c2187a";
  pen.fillRect(0, 0, 12, 12);
  pen.strokeStyle = "#ffd9f0";
  pen.lineWidth = 3;
  for (const shift of [-12, 0, 12]) {
    pen.beginPath();
    pen.moveTo(shift, 12);
    pen.lineTo(shift + 12, 0);
    pen.stroke();
  }
  return patternOf(context, tile, "repeat");
}

/**
 * The even-coloured area around a place, as a list of 0 and 1.
 * @param {ImageData} source
 * @param {number} x
 * @param {number} y
 */
function flood(source, x, y) {
  const { width, height, data } = source;
  const first = (y * width + x) * 4;
  const alike = (/** @type {number} */ place) =>
    [0, 1, 2, 3].every(
      (part) => Math.abs(data[place * 4 + part] - data[first + part]) <= NEARLY_THE_SAME,
    );
  const found = new Uint8Array(width * height);
  const open = [y * width + x];
  found[open[0]] = 1;
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const column = place % width;
    /** @type {[next: number, inside: boolean][]} */
    const around = [
      [place - 1, column > 0],
      [place + 1, column < width - 1],
      [place - width, place >= width],
      [place + width, place < width * (height - 1)],
    ];
    for (const [next, inside] of around) {
      if (inside && !found[next] && alike(next)) {
        found[next] = 1;
        open.push(next);
      }
    }
  }
  return found;
}

/**
 * Fill what is drawn already with a colour or a pattern.
 * @param {CanvasRenderingContext2D} context
 * @param {string | CanvasPattern} style
 */
function fillShape(context, style) {
  context.globalCompositeOperation = "source-in";
  context.fillStyle = style;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}

/**
 * White where something is marked, black elsewhere.
 * @param {HTMLCanvasElement} marked
 */
function maskOf(marked) {
  const [mask, context] = layer(marked.width);
  context.drawImage(marked, 0, 0);
  fillShape(context, "#ffffff");
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = "#000000";
  context.fillRect(0, 0, mask.width, mask.height);
  return mask;
}

/**
 * The other way round: a colour or a pattern where a mask is white.
 * @param {ImageBitmap} mask
 * @param {number} side pixels
 * @param {string | CanvasPattern} style
 */
function shapeOf(mask, side, style) {
  const [shape, context] = layer(side);
  context.drawImage(mask, 0, 0, side, side);
  const pixels = context.getImageData(0, 0, side, side);
  for (let number = 0; number < pixels.data.length; number += 4)
    pixels.data[number + 3] = pixels.data[number];
  context.putImageData(pixels, 0, 0);
  fillShape(context, style);
  return shape;
}

/**
 * The place of the brush, to be seen on dark and on light.
 * @param {CanvasRenderingContext2D} context
 * @param {Pair} place
 * @param {number} width of the brush
 */
function cross(context, place, width) {
  for (const dark of [false, true]) {
    context.strokeStyle = dark ? "#000000" : "#ffffff";
    context.lineWidth = dark ? 2 : 5;
    context.beginPath();
    context.arc(...place, Math.max(4, width / 2), 0, 7);
    for (const [x, y] of Object.values(MOVES)) {
      context.moveTo(place[0] + x * (width / 2 + 4), place[1] + y * (width / 2 + 4));
      context.lineTo(place[0] + x * (width / 2 + 14), place[1] + y * (width / 2 + 14));
    }
    context.stroke();
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<DataView>}
 */
async function pngOf(canvas) {
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("This browser makes no PNG of a drawing.");
  return new DataView(await blob.arrayBuffer());
}

/**
 * @param {DataView | null} bytes PNG
 * @returns {Promise<ImageBitmap | null>}
 */
async function imageFrom(bytes) {
  if (!bytes || !bytes.byteLength) return null;
  return createImageBitmap(new Blob([bytes], { type: "image/png" }));
}
