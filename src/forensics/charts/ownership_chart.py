"""The ownership chart of one organisation: owners above what they own, the path that carries the verdict in bold.

Inline SVG without script, links or fonts of its own. Names are strangers' text: cut to the width of a box, without
control characters, escaped. Colours follow the reader's light or dark preference and never carry a meaning alone.
"""

from xml.sax.saxutils import quoteattr

import duckdb

from forensics.charts.labels import fitted, safe
from forensics.charts.ownership_layout import BOX_HEIGHT, BOX_WIDTH, Layout, Place, lay_out
from forensics.links.ownership.picture import Holding, Party, Picture, read_picture

NAME_WIDTH = 27
"""Letters of a name that fit a box; a character of a wide script counts twice."""

NARROWEST = 700
"""Width that the legend needs."""

MARGIN = 16
HEAD = 46
FOOT = 40

STYLE = """
.ownership-chart{--ink:#1f2933;--soft:#52606d;--paper:#ffffff;--box:#f5f7fa;--line:#9aa5b1;--path:#1d4ed8;
--seed:#b42318;--seed-box:#fef3f2;--met:#b54708;--met-box:#fff8eb;--clear:#52606d;background:var(--paper);max-width:100%;
font-family:system-ui,"Noto Sans","Noto Sans CJK SC",sans-serif;font-size:12px}
@media screen and (prefers-color-scheme:dark){
.ownership-chart{--ink:#e4e7eb;--soft:#9aa5b1;--paper:#16191d;--box:#22272e;
--line:#616e7c;--path:#7ba7ff;--seed:#ff8f85;--seed-box:#3a1f1d;--met:#fdb022;--met-box:#38290f;--clear:#9aa5b1}}
.ownership-chart text{fill:var(--ink);stroke:none}
.ownership-chart .soft{fill:var(--soft)}
.ownership-chart .title{font-size:15px;font-weight:600}
.ownership-chart .name{font-weight:600}
.ownership-chart rect{fill:var(--box);stroke:var(--clear);stroke-width:1.2}
.ownership-chart .seed rect{fill:var(--seed-box);stroke:var(--seed);stroke-width:2}
.ownership-chart .met rect{fill:var(--met-box);stroke:var(--met);stroke-width:2}
.ownership-chart .unknown rect{stroke-dasharray:5 3}
.ownership-chart .asked rect{stroke-width:3}
.ownership-chart .edge{fill:none;stroke:var(--line);stroke-width:1.4}
.ownership-chart .tip{fill:var(--line);stroke:none}
.ownership-chart .ring{stroke-dasharray:3 3}
.ownership-chart .unsized{stroke-dasharray:7 4}
.ownership-chart .path .edge{stroke:var(--path);stroke-width:3}
.ownership-chart .path .tip{fill:var(--path)}
.ownership-chart .size{paint-order:stroke;stroke:var(--paper);stroke-width:5px;stroke-linejoin:round;text-anchor:middle}
.ownership-chart .path .size{font-weight:700;fill:var(--path)}
"""

VERDICTS = {
    "seed": "restricted",
    "met_both": "meets the rule, both readings",
    "met_cascade": "meets the rule by cascade",
    "met_lookthrough": "meets the rule by look-through",
    "not_met": "does not meet the rule",
    "undetermined": "undetermined",
    "data_error": "error in the register: no verdict",
}


def ownership_chart(connection: duckdb.DuckDBPyConnection, organisation_id: str) -> str:
    """Draw who owns an organisation.

    Args:
        connection: with the ownership tables of the step links, for example the published warehouse.
        organisation_id: any record of the organisation.

    Returns:
        An `<svg>` element, to be put into a page as it is.

    Raises:
        NotFoundError: if neither a register nor a stake names it.
    """
    return draw(read_picture(connection, organisation_id))


def draw(picture: Picture) -> str:
    """A picture as SVG."""
    layout = lay_out(picture)
    asked = picture.parties[picture.organisation_id]
    width, height = max(layout.width, NARROWEST) + 2 * MARGIN, layout.height + HEAD + FOOT + 2 * MARGIN
    shift = (width - layout.width) // 2
    said = VERDICTS[asked.verdict] if asked.verdict else "no owner on record"
    title = f"Who owns {fitted(asked.label, 60)}"
    below = f"{said[:1].upper()}{said[1:]}; rule {picture.rule or 'not applied'}"
    below += f"; as of {picture.as_of}" if picture.as_of else ""
    return "\n".join(
        [
            f'<svg class="ownership-chart" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" aria-label={quoteattr(title + ": " + below)}>',
            f"<title>{safe(title)}</title><desc>{safe(below)}</desc>",
            f"<style>{STYLE}</style>",
            _text(MARGIN, MARGIN + 14, title, "title"),
            _text(MARGIN, MARGIN + 34, below, "soft"),
            f'<g transform="translate({shift} {MARGIN + HEAD})">',
            *(_holding(one, layout) for one in sorted(picture.holdings, key=lambda one: one.is_on_path)),
            *(_party(party, layout.places[name], name == asked.identity_id) for name, party in picture.parties.items()),
            "</g>",
            *_legend(height),
            "</svg>",
        ]
    )


def _legend(height: int) -> list[str]:
    lines = (
        "Owners stand above what they own. Bold: the path that carries the verdict. ◆ Without this stake it falls.",
        "Short dashes: holding in a ring. Long dashes: size unknown or a band. Dashed box: undetermined or in error.",
    )
    return [_text(MARGIN, height - MARGIN - 18 * (1 - place), line, "soft") for place, line in enumerate(lines)]


def _party(party: Party, place: Place, is_asked: bool) -> str:
    role = {"seed": "seed", "undetermined": "unknown", "data_error": "unknown"}.get(party.verdict or "", "")
    role = "met" if (party.verdict or "").startswith("met_") else role
    where = party.headquarters or party.jurisdiction
    basis = "" if party.headquarters or not where else " (inc.)"
    facts = [f"{where or 'no location on record'}{basis}", party.kind or "company"]
    if party.identity_id != party.label:
        facts.append(fitted(party.identity_id, 14))
    if party.more_owners:
        facts.append(f"+{party.more_owners} owner{'s' if party.more_owners > 1 else ''}")
    lines = [
        (fitted(party.label, NAME_WIDTH), "name"),
        (fitted(" · ".join(facts), NAME_WIDTH + 4), "soft"),
        *((line, "") for line in _figures(party)),
    ]
    corner = 18 if party.kind == "person" else 4
    shown = [
        f'<g class="{role}{" asked" if is_asked else ""}">',
        f"<title>{safe(f'{party.label} [{party.identity_id}]')}</title>",
        f'<rect x="{place.x}" y="{place.y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="{corner}"/>',
        *(
            _text(place.x + BOX_WIDTH // 2, place.y + 19 + 18 * row, text, f"{kind} middle", middle=True)
            for row, (text, kind) in enumerate(lines)
        ),
    ]
    return "".join([*shown, "</g>"])


def _figures(party: Party) -> list[str]:
    """Both readings with their bounds, or what stands in their place."""
    if party.verdict == "seed":
        return ["restricted: counts in full"]
    if party.verdict == "data_error":
        return ["stakes sum to more than 100 %"]
    if party.attributed is None or party.effective is None:
        return ["no owner on record"]
    return [f"cascade {_bounds(party.attributed)}", f"look-through {_bounds(party.effective)}"]


def _bounds(bounds: tuple[float, float]) -> str:
    low, high = (f"{bound:.3g}" for bound in bounds)
    return f"{low} %" if low == high else f"{low}–{high} %"


def _holding(holding: Holding, layout: Layout) -> str:
    line = layout.line(holding)
    is_exact = holding.percent_min == holding.percent_max
    kind = "ring" if line.is_ring else "" if is_exact else "unsized"
    tip_x, tip_y = line.end
    down = 7 if line.points_down else -7
    label = holding.size + (" ◆" if holding.is_deciding else "")
    return (
        f'<g class="{"path" if holding.is_on_path else ""}"><path class="edge {kind}" d="{line.curve}"/>'
        f'<path class="tip" d="M{tip_x} {tip_y}l-5 {-down}h10z"/>'
        + _text(line.label[0], line.label[1], label, "size")
        + "</g>"
    )


def _text(x: int, y: int, text: str, kind: str, *, middle: bool = False) -> str:
    anchor = ' text-anchor="middle"' if middle else ""
    return f'<text x="{x}" y="{y}" class="{kind.removesuffix(" middle").strip()}"{anchor}>{safe(text)}</text>'
