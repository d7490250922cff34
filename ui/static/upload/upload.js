// Sends one large file to the server in pieces, and tells the page when all of it is there.
// A piece that is lost on the way is sent again; the server says from where.
"use strict";

const PIECE_BYTES = 8 * 2 ** 20;
const TRIES = 8;

const found = (id) => document.getElementById(id);
const [drop, choose, said, cancel, bar, problem, input] = [
  "drop", "choose", "said", "cancel", "bar", "problem", "file",
].map(found);

let ticket = "";
let mostBytes = 0;
let sending = null; // the AbortController of the upload under way

// Streamlit's protocol for components: https://docs.streamlit.io/develop/concepts/custom-components
const post = (type, more) =>
  window.parent.postMessage({ isStreamlitMessage: true, type: `streamlit:${type}`, ...more }, "*");
const fit = () => post("setFrameHeight", { height: document.documentElement.offsetHeight + 2 });

function size(nBytes) {
  if (nBytes < 2 ** 20) return `${Math.ceil(nBytes / 1024)} KiB`;
  if (nBytes < 2 ** 30) return `${(nBytes / 2 ** 20).toFixed(1)} MiB`;
  return `${(nBytes / 2 ** 30).toFixed(2)} GiB`;
}

function time(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} seconds`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} minutes`;
  return `${Math.round(seconds / 3600)} hours`;
}

function show(words, { busy = false, wrong = "" } = {}) {
  said.textContent = words;
  choose.hidden = busy;
  cancel.hidden = bar.hidden = !busy;
  problem.hidden = !wrong;
  problem.textContent = wrong;
  fit();
}

class Refused extends Error {}

async function ask(method, query, body, signal) {
  const address = new URL(`../../files/in/${ticket}${query}`, window.location.href);
  const answer = await fetch(address, { method, body, signal });
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return told.n_here;
  if (told.problem) throw new Refused(told.problem);
  if (answer.status === 413) {
    throw new Refused(
      "Something between this page and the server refuses large uploads. Ask whoever runs it.",
    );
  }
  throw new Error(`${answer.status}`);
}

async function again(step, signal) {
  for (let n = 1; ; n += 1) {
    try {
      return await step();
    } catch (error) {
      if (error instanceof Refused || signal.aborted || n === TRIES) throw error;
      show("The connection was lost; trying again …", { busy: true });
      await new Promise((go) => setTimeout(go, 1000 * Math.min(10, 2 ** (n - 1))));
    }
  }
}

async function send(file) {
  if (sending) return;
  if (file.size > mostBytes) {
    show("", { wrong: `This file has ${size(file.size)}; at most ${size(mostBytes)} are taken.` });
    return;
  }
  sending = new AbortController();
  const { signal } = sending;
  const tell = () =>
    ask("POST", "", JSON.stringify({ name: file.name, n_bytes: file.size }), signal);
  try {
    bar.value = 0;
    show("The upload begins …", { busy: true });
    let here = await again(tell, signal);
    const began = performance.now();
    const first = here;
    while (here < file.size) {
      const piece = file.slice(here, here + PIECE_BYTES);
      here = await again(async () => {
        try {
          return await ask("PUT", `?start=${here}`, piece, signal);
        } catch (error) {
          if (error instanceof Refused || signal.aborted) throw error;
          const now = await tell(); // perhaps it arrived, and only the answer was lost
          if (now <= here) throw error;
          return now;
        }
      }, signal);
      const speed = (here - first) / Math.max(0.001, (performance.now() - began) / 1000);
      const left = time((file.size - here) / speed);
      bar.value = here / file.size;
      show(
        `${size(here)} of ${size(file.size)}, ${size(speed)} a second, about ${left} left. ` +
          "Keep this page open until it is there.",
        { busy: true },
      );
    }
    show(`${file.name} is uploaded.`);
    choose.textContent = "Choose another file";
    choose.classList.add("plain");
    post("setComponentValue", { value: { ticket, sent: Date.now() }, dataType: "json" });
  } catch (error) {
    const words = error instanceof Refused ? error.message
      : "The connection to the server was lost. Choose the file again: it goes on where it stopped.";
    if (signal.aborted) show("The upload was cancelled.");
    else show("", { wrong: words });
  } finally {
    sending = null;
    input.value = "";
  }
}

function dress(theme) {
  if (!theme) return;
  const style = document.documentElement.style;
  style.setProperty("--text", theme.textColor);
  style.setProperty("--back", theme.secondaryBackgroundColor);
  style.setProperty("--main", theme.primaryColor);
  const dark = theme.base === "dark"; // the lines and the warnings of .streamlit/config.toml
  style.setProperty("--line", dark ? "#35453f" : "#c9d8d1");
  style.setProperty("--bad", dark ? "#ff9c9c" : "#9c1c1c");
}

window.addEventListener("message", ({ data, source }) => {
  if (source !== window.parent || data.type !== "streamlit:render") return;
  ticket = data.args.ticket;
  mostBytes = data.args.most_bytes;
  dress(data.theme);
  fit();
});
choose.addEventListener("click", () => input.click());
cancel.addEventListener("click", () => sending?.abort());
input.addEventListener("change", () => input.files.length && send(input.files[0]));
for (const kind of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer.files.length) send(event.dataTransfer.files[0]);
  });
}
new ResizeObserver(fit).observe(drop);
post("componentReady", { apiVersion: 1 });
