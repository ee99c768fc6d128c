// Two buttons: one records from the microphone, where the browser allows it; one takes a file in
// whatever format the browser reads (a phone's M4A too). Both hand the sound over as WAV.
const LONGEST = 20; // seconds
const RATE = 32000;
const LARGEST = 30e6; // bytes of a file

/**
 * @typedef {object} Microphone
 * @property {Record<string, string>} words
 * @property {string} label
 * @property {DataView} recording WAV
 * @property {number} version
 * @property {boolean} shown
 */

/** @param {Float32Array} samples from -1 to 1 */
function wav(samples) {
  const data = new DataView(new ArrayBuffer(44 + samples.length * 2));
  /** @type {(at: number, text: string) => void} */
  const word = (at, text) =>
    [...text].forEach((letter, n) => data.setUint8(at + n, letter.charCodeAt(0)));
  word(0, "RIFF");
  data.setUint32(4, 36 + samples.length * 2, true);
  word(8, "WAVEfmt ");
  data.setUint32(16, 16, true);
  data.setUint16(20, 1, true);
  data.setUint16(22, 1, true);
  data.setUint32(24, RATE, true);
  data.setUint32(28, RATE * 2, true);
  data.setUint16(32, 2, true);
  data.setUint16(34, 16, true);
  word(36, "data");
  data.setUint32(40, samples.length * 2, true);
  samples.forEach((value, n) =>
    data.setInt16(44 + n * 2, Math.max(-1, Math.min(1, value)) * 32767, true),
  );
  return data;
}

/** @param {Drawable<WidgetModel<Microphone>>} page */
function render({ model, el }) {
  const spoken = worded(model.get("words"));
  const press = (/** @type {string} */ words) =>
    tagged(named(made("button", { textContent: words }), "jupyter-button widget-button"), {
      style: "width:auto;min-height:28px;margin:2px;padding:0 10px",
    });
  const button = press(model.get("label"));
  const choose = press(spoken("Choose a phone's recording"));
  const file = made("input", { type: "file", accept: "audio/*,video/mp4,.m4a,.aac,.3gp" });
  file.hidden = true;
  const status = tagged(made("p"), { role: "status", style: "margin:2px" });
  el.append(button, choose, file, status);
  /** @type {MediaRecorder | null} */
  let recorder = null;
  let end = 0;
  const say = (/** @type {string} */ text) => {
    status.textContent = text;
  };
  const rest = () => {
    recorder = null;
    clearTimeout(end);
    button.textContent = model.get("label");
  };

  /** @type {(chunks: Blob[], type: string) => Promise<void>} */
  const hand = async (chunks, type) => {
    const context = new OfflineAudioContext(1, RATE * LONGEST, RATE);
    const heard = await context.decodeAudioData(await new Blob(chunks, { type }).arrayBuffer());
    const mixed = new Float32Array(Math.min(heard.length, RATE * LONGEST));
    for (let channel = 0; channel < heard.numberOfChannels; channel++)
      heard
        .getChannelData(channel)
        .subarray(0, mixed.length)
        .forEach((value, n) => {
          mixed[n] += value / heard.numberOfChannels;
        });
    model.set("recording", wav(mixed));
    model.set("version", model.get("version") + 1);
    model.save_changes();
    say(
      heard.length > mixed.length
        ? spoken("The first {most} seconds are taken. The studio says what came of it.", {
            most: LONGEST,
          })
        : spoken("It is here. The studio says what came of it."),
    );
  };

  button.addEventListener("click", async () => {
    if (recorder) return recorder.stop();
    if (!navigator.mediaDevices || !window.MediaRecorder)
      return say(
        spoken(
          "This browser or page does not give the microphone. Record with any" +
            " recorder and choose the file instead.",
        ),
      );
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: true },
      });
      /** @type {Blob[]} */
      const chunks = [];
      const begun = new MediaRecorder(stream);
      recorder = begun;
      begun.addEventListener("dataavailable", (event) => chunks.push(event.data));
      begun.addEventListener("stop", () => {
        const type = begun.mimeType;
        stream.getTracks().forEach((track) => track.stop());
        rest();
        hand(chunks, type).catch(() =>
          say(spoken("The recording could not be read. Try again, or choose a file instead.")),
        );
      });
      begun.start();
      button.textContent = spoken("Stop recording");
      say(
        spoken("Recording, at most {most} seconds. Press the button again to stop.", {
          most: LONGEST,
        }),
      );
      end = setTimeout(() => begun.stop(), LONGEST * 1000);
    } catch (problem) {
      rest();
      say(
        problem instanceof DOMException && problem.name === "NotFoundError"
          ? spoken("No microphone was found. Choose a file instead.")
          : spoken(
              "The microphone was not allowed. Allow it in the browser's address bar," +
                " or choose a file instead.",
            ),
      );
    }
  });
  choose.addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const chosen = file.files?.[0];
    file.value = "";
    if (!chosen) return;
    if (chosen.size > LARGEST)
      return say(
        spoken(
          "That file is too large: at most {most} MB. Cut out the part you want," +
            " then choose it again.",
          { most: LARGEST / 1e6 },
        ),
      );
    say(spoken("Reading the file..."));
    hand([chosen], chosen.type).catch(() =>
      say(
        spoken(
          "This browser cannot read that file as a sound. Save or share it as WAV or" +
            " MP3, then choose it again.",
        ),
      ),
    );
  });
  rest();
  model.set("shown", true);
  model.save_changes();
  return () => {
    if (recorder) recorder.stop();
  };
}
export default { render };
