// What is said of an account, the lists beside the map, and what a person does.
const FEW = 5; // Percent of accounts: who has less, or more, than all but so few is far out.
const TOLD = 4; // Features beside the pointer: more cover the map.
const below = (rank) => Math.min(rank, 99); // Nobody lies above himself.
const styleOf = (finding) =>
  finding.is_on_behaviour && ACCUSING.includes(finding.confidence) ? "confidence accuses" : "confidence";
const sayFindings = (parent, i) => {
  for (const finding of findingsOf[i]) {
    const line = make(parent, "p");
    make(line, "span", finding.confidence, styleOf(finding));
    make(line, "span", ` ${finding.kind}: ${shown(finding.headline, 400)} `);
    linkTo(line, finding);
  }
};
const linkTo = (parent, finding) => {
  if (!finding.page) return;
  const link = make(parent, "a", "Case file");
  link.href = finding.page;
};
const hover = (i, x, y) => {
  if (i === state.account && i === nowhere) return;
  state.account = i;
  tip.hidden = i === nowhere;
  tip.replaceChildren();
  if (i !== nowhere) {
    make(tip, "div", shown(data.accounts[i]), "name");
    make(tip, "div", clusterName(data.clusters[i]), "soft");
    for (const finding of findingsOf[i]) make(tip, "div", `${finding.confidence}: ${finding.kind}`, "confidence");
    for (const { feature, rank } of unusual(i).slice(0, TOLD)) {
      make(tip, "div", `${feature.name}: ${valueOf(feature, i)} · above ${below(rank)} %`);
    }
    const isRight = x > size.wide / 2;
    const isLow = y > size.high / 2;
    tip.style.left = isRight ? "auto" : `${x + 16}px`;
    tip.style.right = isRight ? `${size.wide - x + 16}px` : "auto";
    tip.style.top = isLow ? "auto" : `${y + 12}px`;
    tip.style.bottom = isLow ? `${size.high - y + 12}px` : "auto";
  }
  draw();
};
const pin = (i) => {
  state.pinned = i;
  panel.replaceChildren();
  if (i !== nowhere) {
    make(panel, "h2", shown(data.accounts[i]), "name");
    make(panel, "p", clusterName(data.clusters[i]), "soft");
    sayFindings(panel, i);
    const table = make(panel, "table");
    make(table, "caption", "Its features, the unusual ones first; the bar is the share of accounts with less", "soft");
    for (const { feature, rank } of unusual(i)) {
      const row = make(table, "tr");
      const name = make(row, "th", feature.name);
      name.scope = "row";
      name.title = feature.description;
      make(row, "td", valueOf(feature, i), "value");
      const cell = make(row, "td");
      cell.title = `above ${below(rank)} % of accounts`;
      const bar = make(make(cell, "span", "", "bar"), "span", "", rank <= FEW || rank >= 100 - FEW ? "far" : "");
      bar.style.width = `${rank}%`;
      make(cell, "span", ` ${below(rank)} %`, "soft");
    }
  }
  draw();
};

const choose = (name, value, button) => {
  const isOff = state[name] === value;
  Object.assign(state, { finding: null, cluster: null });
  for (const other of document.querySelectorAll(".list button")) other.setAttribute("aria-pressed", "false");
  if (!isOff) state[name] = value;
  button.setAttribute("aria-pressed", String(!isOff));
  panel.replaceChildren();
  state.pinned = nowhere;
  if (!isOff && name === "finding") {
    make(panel, "h2", shown(value.finding_id), "name");
    make(panel, "p", shown(value.headline, 400));
    linkTo(make(panel, "p"), value);
    listAccounts(panel, value.members);
  }
  draw();
};
const listAccounts = (parent, members) => {
  const list = make(parent, "ul", "", "list");
  for (const i of members.slice(0, MOST_LISTED)) {
    const button = make(make(list, "li"), "button", shown(data.accounts[i]), "name");
    button.type = "button";
    button.addEventListener("click", () => {
      centreOn(i);
      pin(i);
    });
  }
  if (members.length > MOST_LISTED) make(parent, "p", `and ${members.length - MOST_LISTED} more`, "soft");
};
const search = () => {
  const wanted = find("wanted").value.trim().toLowerCase();
  const matches = find("matches");
  matches.replaceChildren();
  if (!wanted) return [];
  const found = [];
  for (let i = 0; i < count; i += 1) if (data.accounts[i].toLowerCase().includes(wanted)) found.push(i);
  found.sort((a, b) => data.accounts[a].length - data.accounts[b].length || a - b);
  const rest = count < data.account_count ? "; not every account is drawn here" : "";
  if (!found.length) make(matches, "p", `No account on this page has that in its id${rest}.`, "soft");
  listAccounts(matches, found.slice(0, 8));
  if (found.length > 8) make(matches, "p", `${found.length.toLocaleString("en")} accounts match.`, "soft");
  return found;
};
const fillLists = () => {
  for (const finding of data.findings) {
    const button = make(make(find("findings"), "li"), "button");
    button.type = "button";
    make(button, "span", finding.confidence, styleOf(finding));
    const drawnCount = finding.members.length;
    const ofThem = drawnCount < finding.account_count ? `, ${drawnCount.toLocaleString("en")} of them here` : "";
    make(button, "span", ` ${finding.kind}, ${counted(finding.account_count)}${ofThem} `);
    make(button, "span", shown(finding.finding_id), "soft");
    button.addEventListener("click", () => choose("finding", finding, button));
  }
  if (!data.findings.length) make(find("findings"), "li", "No finding has an account on this map.", "soft");
  for (const one of data.cluster_names) {
    const button = make(make(find("clusters"), "li"), "button");
    button.type = "button";
    const swatch = make(button, "span", "", "swatch");
    swatch.style.backgroundColor = one.id < 0 ? "var(--noise)" : (data.palette[one.id] ?? "var(--other)");
    make(button, "span", clusterName(one.id));
    button.addEventListener("click", () => choose("cluster", one.id, button));
  }
};

const pointers = new Map();
let moved = 0;
const place = (event) => {
  const frame = canvas.getBoundingClientRect();
  return { x: event.clientX - frame.left, y: event.clientY - frame.top };
};
const apart = ([one, other]) => Math.hypot(one.x - other.x, one.y - other.y);
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  pointers.set(event.pointerId, place(event));
  moved = 0;
});
canvas.addEventListener("pointermove", (event) => {
  const now = place(event);
  const before = pointers.get(event.pointerId);
  if (!before) return hover(nearest(now.x, now.y), now.x, now.y);
  const was = [...pointers.values()];
  pointers.set(event.pointerId, now);
  moved += Math.hypot(now.x - before.x, now.y - before.y);
  if (was.length === 2) return zoomAt(now.x, now.y, apart([...pointers.values()]) / Math.max(1, apart(was)));
  state.left += now.x - before.x;
  state.top += now.y - before.y;
  return draw();
});
for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, (event) => {
    pointers.delete(event.pointerId);
    const { x, y } = place(event);
    if (end === "pointerup" && moved < 4) pin(nearest(x, y));
  });
}
canvas.addEventListener("pointerleave", () => hover(nowhere));
canvas.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const { x, y } = place(event);
    zoomAt(x, y, Math.exp(-event.deltaY / 400));
  },
  { passive: false },
);
const zoomMiddle = (factor) => zoomAt(size.wide / 2, size.high / 2, factor);
const STEP = 60;
const KEYS = {
  "+": () => zoomMiddle(1.4),
  "-": () => zoomMiddle(1 / 1.4),
  0: showWhole,
  ArrowLeft: () => (state.left += STEP),
  ArrowRight: () => (state.left -= STEP),
  ArrowUp: () => (state.top += STEP),
  ArrowDown: () => (state.top -= STEP),
};
// What lies over the map can be taken away without moving the pointer.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hover(nowhere);
});
canvas.addEventListener("keydown", (event) => {
  if (!KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
  draw();
});
find("closer").addEventListener("click", KEYS["+"]);
find("further").addEventListener("click", KEYS["-"]);
find("whole").addEventListener("click", showWhole);
find("wanted").addEventListener("input", search);
find("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const [first] = search();
  if (first === undefined) return;
  centreOn(first);
  pin(first);
});
new ResizeObserver(draw).observe(canvas);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

const all = data.account_count.toLocaleString("en");
const drawn = count < data.account_count ? `${count.toLocaleString("en")} of ${all} accounts, those of findings first` : `${counted(data.account_count)}`;
find("summary").textContent = `${drawn}. Neighbours behave alike; how far apart two islands lie says nothing, and empty stretches are drawn short. Ringed: accounts of findings on behaviour, thick and red where they accuse.`;
fillLists();
measure();
draw();
