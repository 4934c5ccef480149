"""The answer as tables: verdicts, the steps of paths, barred organisations, faults.

Names are written by strangers: in the text of a path they are stripped of control and formatting characters and cut.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from forensics.links.ownership.deciding import Deciding
from forensics.links.ownership.flags import Flags
from forensics.links.ownership.graph import Ints, shares_from
from forensics.links.ownership.intervals import Intervals
from forensics.links.ownership.paths import STEPS_MAX, Paths
from forensics.links.ownership.profiles import DECIMALS, Profile
from forensics.links.ownership.records import Records
from forensics.links.ownership.stakes import as_date
from forensics.links.ownership.verdicts import DATA_ERROR, MET_LOOKTHROUGH, NOT_MET, SEED, VERDICTS, DayFindings

LABEL_MAX = 60
"""Characters of a name, and of an id, in the text of a path."""
STAKE = pl.Struct({"owner_id": pl.String, "owned_id": pl.String})
VERDICT_DTYPE = pl.String


@dataclass(frozen=True)
class Answer:
    """All that is known of one day, by organisation."""

    records: Records
    profile: Profile
    in_force: bool
    on: int
    day: DayFindings
    intervals: Intervals
    flags: Flags
    paths: Paths
    deciding: Deciding


def tabulate_verdicts(answer: Answer) -> pl.DataFrame:
    """One row per organisation with an owner on record, by organisation_id."""
    records, day, intervals, flags = answer.records, answer.day, answer.intervals, answer.flags
    ids = records.nodes["organisation_id"]
    attributed = [percents(shares_from(parts)) for parts in (day.attributed_least, day.attributed_most)]
    effective = [percents(share) for share in (day.effective_least, day.effective_most)]
    root = answer.paths.root
    frame = pl.DataFrame(
        {
            "organisation_id": ids,
            "verdict": _verdicts(day),
            "attributed_percent_min": attributed[0],
            "attributed_percent_max": attributed[1],
            "effective_percent_min": effective[0],
            "effective_percent_max": effective[1],
            "unknown_percent": percents(day.effective_most - day.effective_least),
            "from": _dates(intervals.start),
            "to": _dates(intervals.end),
            "margin_percent": _margins(answer),
            "control_indicated": flags.control_indicated,
            "headquarters_missing": records.nodes["headquarters"].is_null(),
            "undated": flags.undated,
            "indirect_unexplained": flags.indirect_unexplained,
            "interval_is_minimum": intervals.is_minimum,
            "near_threshold_unresolved": day.unresolved,
            "rule_in_force": pl.repeat(answer.in_force, len(ids), eager=True),
            "controlling_organisation_id": _pick(ids, root),
            "seed_basis": _pick(_bases(answer), root),
            "deciding_stakes": _deciding_lists(answer),
            "deciding_complete": ~answer.deciding.incomplete,
            "profile": pl.repeat(answer.profile.name, len(ids), eager=True),
            "profile_version": pl.repeat(answer.profile.version, len(ids), eager=True),
            "profile_fingerprint": pl.repeat(answer.profile.fingerprint, len(ids), eager=True),
        }
    )
    owned = pl.concat([table["owned"] for table in (records.shares, records.interests, records.indirect)]).unique()
    return frame[owned.sort()]


def tabulate_paths(answer: Answer, stakes: pl.DataFrame) -> pl.DataFrame:
    """One row per step of a path that carries a verdict, from the controlling organisation down.

    Columns: organisation_id, reading (cascade or lookthrough), step (1 is furthest up), role (path, or joint for a
    further stake that counts at that step), owner_id, owned_id, percent_min, percent_max, attributed_percent and
    effective_percent of the owned organisation, valid_from and valid_to (all rows of the stake), source; the last
    three from `stakes`, the stakes of the day.
    """
    paths, day = answer.paths, answer.day
    holdings, ids = day.holdings, answer.records.nodes["organisation_id"]
    owner, owned = holdings.owner[paths.holding], holdings.owned[paths.holding]
    deepest = np.zeros(holdings.count, np.int64)
    np.maximum.at(deepest, paths.organisation, paths.depth)
    steps = pl.DataFrame(
        {
            "organisation_id": ids[paths.organisation],
            "reading": pl.Series(
                np.where(day.by_cascade[paths.organisation], "cascade", "lookthrough"), dtype=pl.String
            ),
            "step": deepest[paths.organisation] - paths.depth + 1,
            "role": pl.Series(np.where(paths.joint, "joint", "path"), dtype=pl.String),
            "owner_id": ids[owner],
            "owned_id": ids[owned],
            "percent_min": percents(shares_from(holdings.least[paths.holding])),
            "percent_max": percents(shares_from(holdings.most[paths.holding])),
            "attributed_percent": percents(shares_from(day.attributed_least[owned])),
            "effective_percent": percents(day.effective_least[owned]),
            "is_complete": deepest[paths.organisation] < STEPS_MAX - 1,
        }
    )
    dated = ("valid_from", "valid_to", "source")
    by_depth = ["organisation_id", "step", "is_joint", "percent_min", "owner_id"]
    return (
        steps.join(stakes.select("owner_id", "owned_id", *dated), on=["owner_id", "owned_id"], how="left")
        .with_columns(is_joint=pl.col("role") == "joint")
        .sort(by_depth, descending=[False, False, False, True, False])
        .drop("is_joint")
    )


def tabulate_barred(answer: Answer) -> pl.DataFrame:
    """One row per organisation that the rule bars on the day; none on a day on which the rule is not in force."""
    nodes, day, root = answer.records.nodes, answer.day, answer.paths.root
    location = _pick(nodes["location"], root)
    frame = pl.DataFrame(
        {
            "organisation_id": nodes["organisation_id"],
            "name": nodes["name"],
            "jurisdiction": nodes["jurisdiction"],
            "verdict": _verdicts(day),
            "controlling_organisation_id": _pick(nodes["organisation_id"], root),
            "controlling_jurisdiction": location,
            "seed_basis": _pick(_bases(answer), root),
            "attributed_percent": percents(shares_from(day.attributed_least)),
            "effective_percent": percents(day.effective_least),
            "path": _path_texts(answer),
            "threshold_percent": pl.repeat(float(answer.profile.threshold_percent), nodes.height, eager=True),
            "rule": pl.repeat(answer.profile.rule, nodes.height, eager=True),
        }
    )
    return frame.filter(pl.Series((day.verdict <= MET_LOOKTHROUGH) & answer.in_force, dtype=pl.Boolean))


def tabulate_faults(answer: Answer) -> pl.DataFrame:
    """Faulty rows, and all stakes in organisations whose stakes sum to more than 100.5 %."""
    day, ids = answer.day, answer.records.nodes["organisation_id"]
    holdings = day.holdings
    over = np.flatnonzero(day.broken[holdings.owned])
    sums = pl.DataFrame(
        {
            "owner_id": ids[holdings.owner[over]],
            "owned_id": ids[holdings.owned[over]],
            "least": holdings.least[over] / 10**DECIMALS,
            "total": holdings.least_total[holdings.owned[over]] / 10**DECIMALS,
        }
    ).select(
        "owner_id",
        "owned_id",
        fault=pl.format("stakes sum to {} %; this one is {} %", "total", "least"),
        treatment=pl.lit("no verdict: data_error"),
    )
    return pl.concat([answer.records.faults, sums]).sort("owned_id", "owner_id", "fault")


def percents(shares: np.ndarray) -> pl.Series:
    """Shares between 0 and 1 as percent, rounded to the decimals that count; rounded sums above 100 % show as 100."""
    return pl.Series(np.minimum(np.asarray(shares, np.float64), 1.0) * 100).round(DECIMALS)


def _verdicts(day: DayFindings) -> pl.Series:
    return pl.Series(VERDICTS, dtype=VERDICT_DTYPE)[day.verdict]


def _pick(values: pl.Series, places: Ints) -> pl.Series:
    """Values at places; null where the place is −1."""
    return values[np.maximum(places, 0)].set(pl.Series(places < 0), None) if len(values) else values


def _dates(days: Ints) -> pl.Series:
    return pl.select(as_date(pl.lit(pl.Series(days, dtype=pl.Int64)))).to_series()


def _margins(answer: Answer) -> pl.Series:
    """How far the bound that decides lies above the threshold, in percentage points; below it is negative."""
    day, threshold = answer.day, float(answer.profile.threshold_percent)
    low_cascade, low_lookthrough = percents(shares_from(day.attributed_least)), percents(day.effective_least)
    high = np.maximum(percents(shares_from(day.attributed_most)), percents(day.effective_most))
    bound = np.where(day.verdict == NOT_MET, high, np.maximum(low_cascade, low_lookthrough))
    margin = pl.Series(bound - threshold).round(DECIMALS)
    return margin.set(pl.Series((day.verdict == SEED) | (day.verdict == DATA_ERROR)), None)


def _bases(answer: Answer) -> pl.Series:
    """What makes each organisation a seed, if it is one."""
    listed = pl.col("organisation_id").is_in(sorted(answer.profile.listed_organisations))
    basis = (
        pl.when(listed).then(pl.lit("listed"))
        .when(pl.col("headquarters").is_not_null()).then(pl.lit("headquarters"))
        .otherwise(pl.lit("incorporation"))
    )  # fmt: skip
    return answer.records.nodes.select(basis).to_series()


def _deciding_lists(answer: Answer) -> pl.Series:
    holdings, ids, deciding = answer.day.holdings, answer.records.nodes["organisation_id"], answer.deciding
    stakes = pl.DataFrame(
        {
            "node": deciding.organisation,
            "stake": pl.DataFrame(
                {
                    "owner_id": ids[holdings.owner[deciding.holding]],
                    "owned_id": ids[holdings.owned[deciding.holding]],
                }
            ).to_struct("stake"),
        },
        schema={"node": pl.Int64, "stake": STAKE},
    )
    lists = stakes.group_by("node", maintain_order=True).agg("stake")
    everyone = pl.DataFrame({"node": np.arange(holdings.count)}, schema={"node": pl.Int64})
    empty = pl.lit([], dtype=pl.List(STAKE))
    return everyone.join(lists, on="node", how="left", maintain_order="left").select(pl.col("stake").fill_null(empty))[
        "stake"
    ]


def _path_texts(answer: Answer) -> pl.Series:
    """The path of each organisation that meets the rule as one line, from its controlling organisation down."""
    paths, day, holdings = answer.paths, answer.day, answer.day.holdings
    labels = _labels(answer)
    chain = ~paths.joint
    order = np.lexsort((-paths.depth[chain], paths.organisation[chain]))
    organisation, holding = paths.organisation[chain][order], paths.holding[chain][order]
    owned = holdings.owned[holding]
    together = day.by_cascade[organisation] & (day.attributed_least[owned] > holdings.least[holding])
    steps = pl.DataFrame(
        {
            "node": organisation,
            "percent": percents(shares_from(holdings.least[holding])),
            "total": percents(shares_from(day.attributed_least[owned])),
            "owned": labels[owned],
            "together": together,
            "open": holdings.least_open[holding] > 0,
        }
    ).select(
        "node",
        text=pl.format(
            " —{}{} %{}→ {}",
            pl.when("open").then(pl.lit(">")).otherwise(pl.lit("")),
            _plain("percent"),
            pl.when("together").then(pl.format(" of {} % together", _plain("total"))).otherwise(pl.lit("")),
            "owned",
        ),
    )
    lines = steps.group_by("node", maintain_order=True).agg(pl.col("text").str.join(""))
    start = pl.DataFrame(
        {"node": np.arange(holdings.count), "start": _pick(labels, paths.root)}, schema_overrides={"node": pl.Int64}
    )
    whole = start.join(lines, on="node", how="left", maintain_order="left")
    return whole.select(pl.col("start") + pl.col("text").fill_null("")).to_series()


def _plain(name: str) -> pl.Expr:
    """A percentage without superfluous decimals."""
    return pl.col(name).round(4).cast(pl.String).str.strip_suffix(".0")


def _labels(answer: Answer) -> pl.Series:
    """Name, id and, for seeds, location of each organisation, safe to print."""

    def clean(column: str) -> pl.Expr:
        text = pl.col(column).str.replace_all(r"[\p{C}\p{Zl}\p{Zp}]", "").str.strip_chars()
        return pl.when(text.str.len_chars() > LABEL_MAX).then(text.str.slice(0, LABEL_MAX) + "…").otherwise(text)

    name = clean("name")
    labelled = pl.when(name.is_null() | (name == "")).then(clean("organisation_id"))
    label = labelled.otherwise(pl.format("{} [{}]", name, clean("organisation_id")))
    seed = pl.Series("seed", answer.day.seed)
    place = pl.when(seed & pl.col("location").is_not_null()).then(pl.format(" ({})", "location")).otherwise(pl.lit(""))
    return answer.records.nodes.select(label + place).to_series()
