"""Does a simulated world give itself away? Classifiers that try to tell campaigns by the form of single columns.

A detector tuned on a simulator learns the simulator's habits if these differ between campaigns and everybody else:
another alphabet in ids, address blocks only campaigns use, rounded times, rows in order of guilt. Each check trains
a classifier on the form of one column, or of two that no operator controls, with accounts as units, one row an
account, and whole groups kept together when training is split from testing. What it then still knows is a leak.

Two comparisons are made. Against everybody: forms that mean nothing, which may tell nothing. Against the innocent
look-alikes: what operators choose from what all others choose from (addresses, clients, domains, countries), and
the marginals that look-alikes are matched on (volume, templates, users an address).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from forensics.simulate.forms import (
    Form,
    address_form,
    category_form,
    number_form,
    shape_form,
    text_form,
    time_form,
    value_form,
)
from forensics.simulate.randomness import derive
from forensics.simulate.ranks import area_under_curve, grouped_error, mean_ranks

FOLDS = 3
"""Parts the groups are divided into; each is tested on a classifier trained on the others."""

TREES = 15
"""Trees of each classifier: twice as many change an area by a hundredth, up or down."""

ORDINARY_PER_CAMPAIGN = 1
"""Ordinary accounts kept for each campaign account when everybody is compared; more only cost time."""

FORM_LIMIT = 0.53
"""Largest area under the curve for forms that mean nothing, before sampling error."""

SHARED_LIMIT = 0.62
"""Largest area under the curve for choices from a shared population, campaigns against look-alikes, before
sampling error. The widest intended difference takes nearly all of it: bans fall on campaigns more often (0.60)."""

ERROR_WIDTH = 2.0
"""Standard errors granted on top of a limit."""


@dataclass(frozen=True)
class Check:
    """One attempt to tell campaigns apart.

    Attributes:
        name: what is looked at.
        columns: columns of the account sample and the form of each.
        against: everybody or twins.
        among: column that an account must have to be looked at; having it is another check.
    """

    name: str
    columns: tuple[tuple[str, Form], ...]
    against: str
    among: str = "account_id"


_FORMS: Mapping[str, Form] = {
    "account_id": text_form, "exchange_id": text_form, "api_key_id": text_form, "conversation_id": text_form,
    "history_fingerprint": text_form, "organisation_id": text_form,
    "payment_id": text_form, "instrument_id": text_form, "created_at": time_form, "occurred_at": time_form,
    "paid_at": time_form, "status_changed_at": time_form, "account_row": value_form,
    "exchange_displacement": value_form, "payment_displacement": value_form,
    "registration_number": text_form, "lei": text_form,
}  # fmt: skip
"""Forms that mean nothing."""

_SHARED: Mapping[str, Form] = {
    "ip": address_form, "signup_ip": address_form, "user_agent": text_form, "email_domain": text_form,
    "country": category_form, "issuer_country": category_form, "instrument_kind": category_form,
    "channel": category_form, "plan": category_form, "model": category_form, "temperature": number_form,
    "status": category_form, "payment_status": category_form, "exchange_row": value_form,
    "client_fingerprint": text_form, "amount_usd": number_form,
    "programme": category_form, "input_tokens": number_form, "output_tokens": number_form,
}  # fmt: skip
"""What everybody chooses from the same supply."""

_OF_ORGANISATIONS: Mapping[str, Form] = {
    "organisation_name": text_form, "organisation_kind": category_form, "jurisdiction": category_form,
    "headquarters": category_form, "domain": text_form, "owners_complete": category_form,
}  # fmt: skip
"""What is on record of the organisation, among the accounts that have one."""

_MATCHED: Mapping[str, Form] = {
    "volume": value_form, "template_share": value_form, "accounts_an_address": value_form, "addresses": value_form,
    "thinking": value_form, "tool_count": value_form, "outcome": category_form, "mean_prompt_length": value_form,
    "has_organisation": value_form, "age_days": value_form, "image_count": value_form,
    "browser_share": value_form, "user_agents": value_form, "accounts_a_user_agent": value_form,
    "system_prompt_share": value_form, "thinking_share": value_form, "mean_tool_count": value_form,
    "image_share": value_form, "refused_share": value_form, "rate_limited_share": value_form,
    "prompt": shape_form, "system_prompt": shape_form,
}  # fmt: skip
"""Marginals on which look-alikes are matched to their modes."""

_PAIRS = (
    ("account_id", "account_row"), ("exchange_id", "occurred_at"), ("created_at", "account_id"),
    ("ip", "user_agent"), ("user_agent", "client_fingerprint"), ("signup_ip", "email_domain"),
    ("country", "issuer_country"), ("email_domain", "country"), ("ip", "country"), ("amount_usd", "instrument_kind"),
)  # fmt: skip


def checks() -> list[Check]:
    """List every attempt: single columns, pairs, and the matched marginals."""
    forms = {**_FORMS, **_SHARED}
    single = [Check(name, ((name, form),), "everybody") for name, form in _FORMS.items()]
    single += [Check(name, ((name, form),), "twins") for name, form in {**_SHARED, **_MATCHED}.items()]
    single += [Check(name, ((name, form),), "twins", "organisation_id") for name, form in _OF_ORGANISATIONS.items()]
    pairs = [
        Check(
            f"{one} + {two}", ((one, forms[one]), (two, forms[two])),
            "everybody" if one in _FORMS and two in _FORMS else "twins",
        )
        for one, two in _PAIRS
    ]  # fmt: skip
    return single + pairs


def measure_leaks(worlds: list[Path], seed: int = 0) -> pl.DataFrame:
    """Try to tell campaigns apart by form, in several worlds.

    Args:
        worlds: folders that `simulate` wrote; their accounts are pooled, and a group is never split.
        seed: of the classifiers and the folds.

    Returns:
        One row a check: check, against, auc (0.5 is chance), error (standard error), limit, leaks (whether the area
        is above the limit by more than sampling error).
    """
    return measure_sample(pool_worlds(worlds), checks(), seed)


def pool_worlds(worlds: list[Path]) -> pl.DataFrame:
    """Sample the accounts of several worlds; groups of different worlds are different units."""
    samples = [
        sample_accounts(world).with_columns(unit=pl.format("{}/{}", pl.lit(number), "unit"))
        for number, world in enumerate(worlds)
    ]
    return pl.concat(samples)


def measure_sample(sample: pl.DataFrame, attempts: list[Check], seed: int = 0) -> pl.DataFrame:
    """Make the given attempts on a sample of accounts; see `measure_leaks`."""
    rows = []
    for check in attempts:
        area, error = _area(sample, check, seed)
        limit = FORM_LIMIT if check.against == "everybody" else SHARED_LIMIT
        rows.append(
            {
                "check": check.name,
                "against": check.against,
                "auc": area,
                "error": error,
                "limit": limit,
                "leaks": area > limit + ERROR_WIDTH * error,
            }
        )
    return pl.DataFrame(rows)


def sample_accounts(world: Path) -> pl.DataFrame:
    """Take one exchange and one payment of every account, with its state, its label and its marginals.

    One row an account keeps volume out of the forms. Accounts without an exchange are left out.
    """
    days = sorted((world / "snapshots").glob("date=*"))
    truth = pl.read_parquet(world / "truth" / "accounts.parquet").select("account_id", "label", "group_id")
    exchanges = pl.concat([_in_file(day / "exchanges.parquet", "exchange", "occurred_at") for day in days])
    payments = pl.concat([_in_file(day / "payments.parquet", "payment", "paid_at") for day in days])
    state = pl.read_parquet(days[-1] / "accounts.parquet").with_row_index("account_row")
    organisations = pl.read_parquet(days[-1] / "organisations.parquet").select(
        pl.exclude("name", "kind"), organisation_name="name", organisation_kind="kind"
    )
    users = exchanges.group_by("ip").agg(accounts=pl.col("account_id").n_unique())
    clients = exchanges.group_by("user_agent").agg(client_accounts=pl.col("account_id").n_unique())
    starts = exchanges.with_columns(start=pl.coalesce("system_prompt", "prompt").str.slice(0, 24))
    templated = starts.with_columns(templated=pl.len().over("account_id", "start") > 2)
    shared = templated.join(users, on="ip", how="left").join(clients, on="user_agent", how="left")
    marginals = shared.group_by("account_id").agg(
        volume=pl.len(), template_share=pl.col("templated").mean(), accounts_an_address=pl.col("accounts").mean(),
        addresses=pl.col("ip").n_unique() / pl.len().sqrt(), user_agents=pl.col("user_agent").n_unique(),
        browser_share=pl.col("user_agent").str.starts_with("Mozilla").mean(),
        accounts_a_user_agent=pl.col("client_accounts").mean(),
        mean_prompt_length=pl.col("prompt").str.len_chars().mean(),
        system_prompt_share=pl.col("system_prompt").is_not_null().mean(), thinking_share=pl.col("thinking").mean(),
        mean_tool_count=pl.col("tool_count").mean(), image_share=(pl.col("image_count") > 0).mean(),
        refused_share=(pl.col("outcome") == "refused").mean(),
        rate_limited_share=(pl.col("outcome") == "rate_limited").mean(),
    )  # fmt: skip
    one, paid = (
        table.sample(fraction=1.0, shuffle=True, seed=derive(0, "sample") % 2**32).unique(
            "account_id", keep="first", maintain_order=True
        )
        for table in (exchanges.sort("exchange_id"), payments.sort("payment_id").rename({"status": "payment_status"}))
    )
    return (
        truth.join(one, on="account_id")
        .join(marginals, on="account_id")
        .join(state, on="account_id")
        .join(paid, on="account_id", how="left")
        .join(organisations, on="organisation_id", how="left")
        .with_columns(
            unit=pl.coalesce("group_id", "organisation_id", "account_id"),
            has_organisation=pl.col("organisation_id").is_not_null(),
            age_days=(pl.col("created_at").max() - pl.col("created_at")).dt.total_hours() / 24,
        )
        .sort("account_id")
    )


def _in_file(path: Path, name: str, time: str) -> pl.DataFrame:
    """Read a file with the place of each row (0–1), and by how many rows it is off the place its time gives it."""
    place = pl.int_range(pl.len())
    return pl.read_parquet(path).with_columns(
        (place / pl.len()).alias(f"{name}_row"),
        (place - pl.col(time).rank("ordinal").cast(pl.Int64) + 1).alias(f"{name}_displacement"),
    )


def _area(sample: pl.DataFrame, check: Check, seed: int) -> tuple[float, float]:
    """Train and test one classifier with groups kept whole; return the area and its standard error.

    The error takes groups as its units (ordinary accounts stand for themselves), since accounts of one group are alike.
    """
    from sklearn.ensemble import RandomForestClassifier

    sample = sample.drop_nulls(check.among)
    if check.against == "twins":
        sample = sample.filter(pl.col("label") != "ordinary")
    else:
        sample = _written(sample, [column for column, _ in check.columns])
    label = (sample["label"] == "campaign").to_numpy()
    features = np.hstack([form(sample[column]) for column, form in check.columns])
    unit = sample["unit"].to_list()
    fold = np.array([derive(seed, "fold", name) % FOLDS for name in unit])
    score = np.zeros(len(label))
    sizes = dict(sample["unit"].value_counts().iter_rows())
    weight = np.array([1.0 / sizes[name] for name in unit])
    for number in range(FOLDS):
        test = fold == number
        if not test.any() or len(set(label[~test])) < 2:
            continue
        forest = RandomForestClassifier(TREES, min_samples_leaf=4, class_weight="balanced", random_state=seed, n_jobs=1)
        forest.fit(features[~test], label[~test], sample_weight=weight[~test])
        score[test] = forest.predict_proba(features[test])[:, 1]
        # Ties share a rank: the sample is sorted by unit, so that ranks by position would tell units apart. The mean
        # is a half in every fold, so that folds of different size or guilt are not told apart either.
        score[test] = (mean_ranks(score[test]) - 0.5) / test.sum()
    area = area_under_curve(label, score)
    return area, grouped_error(label, score, np.array(unit))


def _written(sample: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Keep accounts that have the values at all (having one is use, not form) and not too many ordinary ones."""
    sample = sample.drop_nulls(columns)
    campaign = int((sample["label"] == "campaign").sum())
    ordinary = sample.filter(pl.col("label") == "ordinary")
    few = ordinary.sample(min(len(ordinary), ORDINARY_PER_CAMPAIGN * campaign), seed=1)
    return pl.concat([sample.filter(pl.col("label") != "ordinary"), few]).sort("unit", "account_id")
