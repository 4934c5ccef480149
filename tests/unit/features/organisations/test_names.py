"""Names of organisations as keys: legal forms, scripts, word order, and what must stay apart."""

import pytest

from forensics.features.organisations.names import keys_of


def keys(name: str, kind: str) -> set[str]:
    return {key for found, key in keys_of(name) if found == kind}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("Acme Ltd", "ACME LIMITED", "name"),
        ("Acme G.m.b.H.", "Acme GmbH & Co. KG", "name"),
        ("The Coca-Cola Company", "Coca Cola Co.", "name"),
        ("Müller & Söhne GmbH", "Muller Sohne", "name"),
        ("ООО «Ромашка»", "Romashka OOO", "name"),
        ("深圳市腾云科技有限公司", "腾云科技(深圳)有限公司", "name"),
        ("東方科技股份有限公司", "东方科技有限公司", "name_sound"),
        ("重庆长安汽车股份有限公司", "Changan Qiche", "name_sound"),
        ("深圳市腾云科技有限公司", "Shenzhen Tengyun Technology Co., Ltd.", "name_stem"),
        ("腾云科技有限公司 (Tengyun Tech)", "Tengyun Technology Inc.", "name_stem"),
        ("Ａｃｍｅ　Ｉｎｃ．", "acme inc", "name"),
    ],
)
def test_the_same_name_in_another_form_shares_a_key(one: str, other: str, kind: str) -> None:
    assert keys(one, kind) & keys(other, kind)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Trading Ltd", "Acme Holdings Ltd"),
        ("Beta Ltd", "Better Ltd"),
        ("北京智能有限公司", "北京智慧有限公司"),
        ("General Electric", "General Motors"),
    ],
)
def test_different_names_share_no_full_key(one: str, other: str) -> None:
    assert not keys(one, "name") & keys(other, "name")
    assert not keys(one, "name_sound") & keys(other, "name_sound")


def test_a_place_or_trade_is_not_taken_when_nothing_else_is_left() -> None:
    assert keys("上海有限公司", "name") == {"上海"}
    assert keys("科技有限公司", "name") == {"科技"} and not keys("科技有限公司", "name_stem")
    assert keys("Technology Ltd", "name") == {"technology"} and not keys("Technology Ltd", "name_stem")


@pytest.mark.parametrize("name", ["", "Ltd", "有限公司", "…", "\x00\x1b", "🙂"])
def test_a_name_that_says_nothing_has_no_key(name: str) -> None:
    assert not keys(name, "name_stem")


def test_a_very_long_name_is_read_in_part_only() -> None:
    assert all(len(key) <= 300 for _, key in keys_of("x" * 1_000_000))
