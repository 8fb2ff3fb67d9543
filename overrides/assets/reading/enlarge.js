/* Shows an image of an article as large as the window, where it can be zoomed and moved: by keys, buttons, wheel, two fingers. */

import { gettext } from "../messages.js";
import { styled } from "./style.js";

const MOST = 8;     // highest zoom, relative to the size that fits the window
const STEP = 1.4;   // zoom factor of a key or button
const MOVE = 80;    // pixels that an arrow key moves the image

const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};

/* Opens the image of a link. */
export async function enlarge(link) {
  await styled;
  const small = link.querySelector("img");
  const picture = make("img", { src: link.href, alt: small.alt, draggable: "false" });
  const frame = make("div", { class: "kb-large__frame", tabindex: "0", role: "group", "aria-label": gettext("Picture; zoom by + and -, move by the arrow keys") }, picture);
  const caption = link.closest("figure")?.querySelector("figcaption")?.cloneNode(true);
  const button = (name, sign, act) => {
    const node = make("button", { type: "button", "aria-label": name, title: name }, sign);
    node.addEventListener("click", act);
    return node;
  };
  const dialog = make("dialog", { class: "kb-large", "aria-label": small.alt || gettext("Picture") });
  const view = { zoom: 1, x: 0, y: 0 };
  const show = () => {
    const reach = { x: Math.max(0, (picture.offsetWidth * view.zoom - frame.clientWidth) / 2), y: Math.max(0, (picture.offsetHeight * view.zoom - frame.clientHeight) / 2) };
    view.x = Math.max(-reach.x, Math.min(reach.x, view.x));
    view.y = Math.max(-reach.y, Math.min(reach.y, view.y));
    picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.zoom})`;
  };
  /* Zooms by a factor around a point, given relative to the centre of the frame. */
  const zoom = (factor, x = 0, y = 0) => {
    const next = Math.max(1, Math.min(MOST, view.zoom * factor));
    const by = next / view.zoom;
    Object.assign(view, { zoom: next, x: x - (x - view.x) * by, y: y - (y - view.y) * by });
    show();
  };
  const whole = () => { Object.assign(view, { zoom: 1, x: 0, y: 0 }); show(); };
  const bar = make("div", { class: "kb-large__bar" },
    button(gettext("Zoom in"), "+", () => zoom(STEP)), button(gettext("Zoom out"), "−", () => zoom(1 / STEP)), button(gettext("Whole picture"), "⤢", whole),
    make("a", { href: link.href }, gettext("Picture alone")), button(gettext("Close"), "×", () => dialog.close()));
  dialog.append(bar, frame, ...(caption ? [make("div", { class: "kb-large__caption" }, ...caption.childNodes)] : []));
  const KEYS = {
    "+": () => zoom(STEP), "=": () => zoom(STEP), "-": () => zoom(1 / STEP), 0: whole,
    ArrowLeft: () => { view.x += MOVE; show(); }, ArrowRight: () => { view.x -= MOVE; show(); },
    ArrowUp: () => { view.y += MOVE; show(); }, ArrowDown: () => { view.y -= MOVE; show(); },
  };
  dialog.addEventListener("keydown", (event) => {
    const act = !event.ctrlKey && !event.metaKey && KEYS[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { dialog.remove(); link.focus({ preventScroll: true }); });
  frame.addEventListener("wheel", (event) => { event.preventDefault(); zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, ...seen(frame, event)); }, { passive: false });
  frame.addEventListener("dblclick", (event) => (view.zoom > 1 ? whole() : zoom(3, ...seen(frame, event))));
  follow(frame, view, zoom, show);
  document.body.append(dialog);
  dialog.showModal();
  frame.focus();
}

/* A point of the window relative to the centre of the frame. */
function seen(frame, { clientX, clientY }) {
  const box = frame.getBoundingClientRect();
  return [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
}

/* One finger moves the image, two zoom it. */
function follow(frame, view, zoom, show) {
  const fingers = new Map();
  const spread = () => { const [one, other] = [...fingers.values()]; return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY); };
  const middle = () => { const [one, other] = [...fingers.values()]; return { clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2 }; };
  frame.addEventListener("pointerdown", (event) => { fingers.set(event.pointerId, event); frame.setPointerCapture(event.pointerId); });
  frame.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    if (fingers.size === 2) {
      const was = spread();
      fingers.set(event.pointerId, event);
      zoom(spread() / (was || 1), ...seen(frame, middle()));
      return;
    }
    fingers.set(event.pointerId, event);
    view.x += event.clientX - before.clientX;
    view.y += event.clientY - before.clientY;
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, (event) => fingers.delete(event.pointerId));
}
