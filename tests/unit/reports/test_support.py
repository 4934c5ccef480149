"""Bands of support: a bound on what chances are worth, and what the need of a rival weighs."""

import math

import numpy as np
import pytest

from forensics.reports.rivals import ONE_CUSTOMER, RIVALS
from forensics.reports.support import BANDS, MOST_OF_ONE_CAUSE, NEEDS, Need, _log_factor, log_bound, support
from tests.unit.reports.test_judgement import facts, shown

RIVAL = {rival.name: rival for rival in RIVALS}


@pytest.mark.parametrize(("p", "ratio"), [(0.05, 2.456), (0.01, 7.988), (0.001, 53.26), (1 / math.e, 1.0), (0.9, 1.0)])
def test_a_chance_is_worth_what_its_bound_says(p: float, ratio: float) -> None:
    assert 10 ** log_bound(p) == pytest.approx(ratio, rel=1e-3)


def test_no_alternative_of_the_family_is_worth_more_than_the_bound() -> None:
    for p in np.geomspace(1e-12, 0.99, 40):
        shapes = np.linspace(0.001, 1.0, 4000)
        densest = np.max(shapes * p ** (shapes - 1))
        assert math.log10(densest) <= log_bound(float(p)) + 1e-9
        if p < 0.3:
            assert math.log10(densest) == pytest.approx(log_bound(float(p)), abs=0.01)


@pytest.mark.parametrize("need", [Need(0.0, 20, 0.8), Need(0.5, 12, 0.5), Need(0.9, 9, 0.8), Need(0.25, 40, 0.2)])
def test_what_is_needed_weighs_as_much_of_all_shares_as_it_should(need: Need) -> None:
    shares = np.linspace(0, 1, 400_001)
    likely = shares ** (need.share * need.units) * (1 - shares) ** (need.units - need.share * need.units)
    inside = likely[shares >= need.enough].sum() / likely.sum()
    assert _log_factor(need) == pytest.approx(math.log10(inside / (1 - need.enough)), abs=1e-3)


def test_what_a_rival_explains_weighs_nothing_and_causes_count_once() -> None:
    shared = facts("network", "registration", "device")
    assert support(shared, RIVAL["colleagues"]) == ("neither", "none", 0.0)
    one = support(facts("payment"), RIVAL["colleagues"])
    assert one.favours == "finding" and one.log_ratio_bound == pytest.approx(log_bound(1e-4), abs=1e-5)
    both = support(
        facts("handover", "synchrony", changed={"synchrony": shown("synchrony", q=0.005)}), RIVAL["colleagues"]
    )
    assert both == support(facts("handover"), RIVAL["colleagues"])
    certain = support(facts(changed={"payment": shown("payment", q=1e-200)}), RIVAL["colleagues"])
    assert certain.log_ratio_bound == math.log10(MOST_OF_ONE_CAUSE) and certain.band == "strong"


def test_a_need_that_is_seen_speaks_weakly_for_the_rival_and_one_that_is_not_against_it() -> None:
    evidence = ("payment", "template", "work_queue")
    named = support(facts(*evidence, customer_share=1.0), RIVAL["one_customer"])
    assert (named.favours, named.band) == ("rival", "weak")
    assert -named.log_ratio_bound <= math.log10(1 / (1 - ONE_CUSTOMER))
    strangers = support(facts(*evidence, customer_share=0.1), RIVAL["one_customer"])
    assert (strangers.favours, strangers.band) == ("finding", "strong")


def test_bands_rise_and_every_need_is_a_rivals() -> None:
    assert [end for end, _ in BANDS] == sorted(end for end, _ in BANDS)
    assert set(NEEDS) <= set(RIVAL)
