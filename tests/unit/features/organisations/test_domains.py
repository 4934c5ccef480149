"""Which domains are a company's own, by the lists that ship with the environment."""

import polars as pl
import pytest

from forensics.features.organisations.domains import own_domain, own_domains


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("acme.com", "acme.com"), ("https://mail.Acme.co.uk/x?y", "acme.co.uk"), ("Someone@Sub.Acme.De", "acme.de"),
        ("acme.com:8443", "acme.com"), ("例子.中国", "xn--fsqu00a.xn--fiqs8s"), ("one.github.io", "one.github.io"),
        ("acme.com.", "acme.com"),
    ],
)  # fmt: skip
def test_a_companys_own_domain_is_its_registrable_part(text: str, expected: str) -> None:
    assert own_domain(text) == expected


@pytest.mark.parametrize(
    "text",
    ["gmail.com", "qq.com", "163.com", "mail.ru", "naver.com", "web.de", "mailinator.com", "x.mailinator.com", "co.uk",
     "com", "github.io", "localhost", "10.0.0.1", "", "a b.com", "-", "a" * 300 + ".com", "\x00.com"],
)  # fmt: skip
def test_free_disposable_public_and_broken_domains_are_nobodys(text: str) -> None:
    assert own_domain(text) is None


def test_a_column_keeps_its_order_and_its_gaps() -> None:
    found = own_domains(pl.Series(["www.acme.com", None, "gmail.com", "www.acme.com"]))
    assert found.to_list() == ["acme.com", None, None, "acme.com"]
