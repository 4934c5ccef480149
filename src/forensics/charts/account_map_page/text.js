"use strict";
// What the page knows, and how it says it. Everything in `data` may hold strangers' text: it reaches the page through
// textContent and nothing else.
const data = JSON.parse(document.getElementById("data").textContent);
const find = (id) => document.getElementById(id);
const canvas = find("map");
const pen = canvas.getContext("2d");
const tip = find("tip");
const panel = find("panel");
const count = data.accounts.length;
const ACCUSING = ["high", "moderate"];
const GRID = 65535;
const MARGIN = 24;
const REACH = 12; // Pixels from a point within which it is meant.
const CLOSEST = 4000; // Zoom at which two neighbouring grid places lie some pixels apart.
const MOST_LISTED = 200;
const ranks = data.features.map((one) => Uint8Array.from(atob(one.ranks), (letter) => letter.charCodeAt(0)));
const nowhere = -1;

const state = { zoom: 1, left: 0, top: 0, account: nowhere, pinned: nowhere, finding: null, cluster: null };
const findingsOf = Array.from({ length: count }, () => []);
const weight = new Uint8Array(count); // 0: in no finding on behaviour, 1: in a lead, 2: accused.
for (const finding of data.findings) {
  for (const member of finding.members) {
    findingsOf[member].push(finding);
    const marked = finding.is_on_behaviour ? (ACCUSING.includes(finding.confidence) ? 2 : 1) : 0;
    weight[member] = Math.max(weight[member], marked);
  }
}
const inFindings = Array.from({ length: count }, (_, i) => i).filter((i) => weight[i]);
const clusters = new Map(data.cluster_names.map((one) => [one.id, one]));
const byCluster = new Map();
for (let i = 0; i < count; i += 1) {
  if (!byCluster.has(data.clusters[i])) byCluster.set(data.clusters[i], []);
  byCluster.get(data.clusters[i]).push(i);
}

const shown = (text, most = 160) => {
  const visible = String(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "·");
  return visible.length > most ? `${visible.slice(0, most - 1)}…` : visible;
};
const counted = (accounts) => `${accounts.toLocaleString("en")} account${accounts === 1 ? "" : "s"}`;
const number = (value) => value.toLocaleString("en", { maximumSignificantDigits: 3 });
const valueOf = (feature, i) => {
  const value = feature.values[i];
  if (value === null) return "not known";
  return feature.is_share ? `${number(value * 100)} %` : number(value);
};
const clusterName = (id) => {
  const { account_count, name } = clusters.get(id);
  const title = id < 0 ? "no cluster" : `cluster ${id}`;
  return `${title} (${account_count.toLocaleString("en")})${name ? `: ${name}` : ""}`;
};
const make = (parent, tag, text = "", style = "") => {
  const element = document.createElement(tag);
  element.textContent = text;
  if (style) element.className = style;
  parent.append(element);
  return element;
};
// What sets an account apart from all others comes first.
const unusual = (i) =>
  data.features
    .map((feature, place) => ({ feature, rank: ranks[place][i] }))
    .filter((one) => one.rank <= 100)
    .sort((a, b) => Math.abs(b.rank - 50) - Math.abs(a.rank - 50));
