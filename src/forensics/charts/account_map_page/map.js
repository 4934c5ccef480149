// Places on the canvas, and drawing.
const size = { wide: 1, high: 1 };
const measure = () => Object.assign(size, { wide: canvas.clientWidth, high: canvas.clientHeight });
const across = (i) => MARGIN + (data.x[i] / GRID) * (size.wide - 2 * MARGIN) * state.zoom + state.left;
const down = (i) => MARGIN + (1 - data.y[i] / GRID) * (size.high - 2 * MARGIN) * state.zoom + state.top;
const zoomAt = (x, y, factor) => {
  const zoom = Math.min(CLOSEST, Math.max(0.5, state.zoom * factor));
  state.left = x - MARGIN - ((x - MARGIN - state.left) * zoom) / state.zoom;
  state.top = y - MARGIN - ((y - MARGIN - state.top) * zoom) / state.zoom;
  state.zoom = zoom;
  draw();
};
const showWhole = () => {
  Object.assign(state, { zoom: 1, left: 0, top: 0 });
  draw();
};
const centreOn = (i) => {
  state.zoom = Math.max(state.zoom, 6);
  state.left += size.wide / 2 - across(i);
  state.top += size.high / 2 - down(i);
};
const nearest = (x, y) => {
  let found = nowhere;
  let least = REACH * REACH;
  for (let i = 0; i < count; i += 1) {
    const distance = (across(i) - x) ** 2 + (down(i) - y) ** 2;
    // Of two in one place the one in a finding is meant.
    if (distance < least || (distance === least && found !== nowhere && weight[i] > weight[found])) {
      least = distance;
      found = i;
    }
  }
  return found;
};

const colourOf = (id, style) => {
  if (id < 0) return style.getPropertyValue("--noise");
  return id < data.palette.length ? data.palette[id] : style.getPropertyValue("--other");
};
const SMALL = 2; // Pixels below which nobody tells a disc from a square, which is drawn in a third of the time.
const dots = (members, radius) => {
  pen.beginPath();
  for (const i of members) {
    const x = across(i);
    const y = down(i);
    if (x < -9 || y < -9 || x > size.wide + 9 || y > size.high + 9) continue;
    if (radius < SMALL) {
      pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    } else {
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    }
  }
};
const ring = (members, radius, colour, width) => {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  dots(members, radius);
  pen.stroke();
};
let isAsked = false;
const draw = () => {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    paint();
  });
};
const paint = () => {
  const style = getComputedStyle(document.documentElement);
  const ratio = window.devicePixelRatio || 1;
  measure();
  canvas.width = size.wide * ratio;
  canvas.height = size.high * ratio;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const crowd = Math.max(1.3, Math.min(4, 140 / Math.sqrt(count + 1)));
  const radius = Math.min(7, crowd * Math.sqrt(Math.max(1, state.zoom)));
  const isChosen = state.finding !== null || state.cluster !== null;
  for (const [id, members] of byCluster) {
    pen.globalAlpha = state.cluster === id || !isChosen ? 0.75 : 0.3;
    pen.fillStyle = colourOf(id, style);
    dots(members, radius);
    pen.fill();
  }
  const marked = state.finding ? state.finding.members : state.cluster === null ? inFindings : [];
  pen.globalAlpha = 1;
  for (const i of marked) {
    pen.fillStyle = colourOf(data.clusters[i], style);
    dots([i], radius);
    pen.fill();
  }
  const isAccused = (i) => weight[i] === 2;
  ring(marked.filter((i) => !isAccused(i)), radius + 2, style.getPropertyValue("--lead"), 0.8);
  ring(marked.filter(isAccused), radius + 2, style.getPropertyValue("--accused"), 2);
  for (const i of [state.account, state.pinned]) {
    if (i !== nowhere) ring([i], radius + 6, style.getPropertyValue("--focus"), 2.5);
  }
};
