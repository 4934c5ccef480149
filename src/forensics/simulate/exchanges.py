"""The exchanges table of a day: calls with their texts, models, tokens, outcomes and traces of the client."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from forensics.simulate.calls import Calls
from forensics.simulate.clients import CHANNELS, FINGERPRINTS_PER_CLIENT, client_series, fingerprint_series
from forensics.simulate.content import Content, write_content
from forensics.simulate.models import choose_models, model_series
from forensics.simulate.randomness import choose, derive, hex_ids, mix, unit
from forensics.simulate.work import Work
from forensics.simulate.world import World

OUTCOMES = ("ok", "refused", "rate_limited", "error")

RATE_LIMITED_SHARE = 0.005
ERROR_SHARE = 0.006
"""Shares of calls that end so for anybody, apart from the bursts of `limits`; a long session is limited more often."""

SESSIONS_AN_ADDRESS = 3
"""A session stays on one address; a long session of a machine may move on after so many calls."""

GREETING_SHARE = 0.015
"""Share of conversations that open with a bare greeting and its stock answer, so that strangers share a history."""

GREETINGS = 40
"""Different pairs of greeting and answer."""


def write_exchanges(world: World, day: int, calls: Calls, first_row: int) -> pl.DataFrame:
    """Write part of a day's exchanges.

    Args:
        world: the world.
        day: number of the day, from 0.
        calls: the calls to write, in order of time.
        first_row: how many calls of the day came before; ids depend on it.

    Returns:
        One row a call with the contract's columns.
    """
    content = write_content(world, calls)
    key = mix(np.arange(first_row, first_row + len(calls.account)), derive(world.settings.seed, "rows", day) % 2**32)
    accounts, side = world.accounts, (calls.group >= 0).astype(np.int64)
    client, build = accounts.client[calls.account, side], accounts.build[calls.account, side]
    works = _work_columns(world, calls)
    outcome = _outcomes(works["refused"], calls, key)
    tokens_in, tokens_out = _tokens(content, calls, works, outcome, key)
    web = accounts.channel[calls.account] == CHANNELS.index("web")
    tools = np.where(works["tools"] > 0, works["tools"].astype(np.int64) + choose(mix(calls.voice, 4), 4), 0)
    images = np.where(unit(mix(key, 5)) < works["images"], 1 + choose(mix(key, 6), 3), 0)
    return pl.DataFrame(
        {
            "exchange_id": hex_ids("ex_", key),
            "account_id": account_ids(world).gather(calls.account),
            "occurred_at": pl.Series(calls.at).cast(pl.Datetime("us")),
            "model": model_series().gather(choose_models(world, calls, key)),
            "prompt": content.prompt,
            "system_prompt": content.system_prompt,
            "input_tokens": tokens_in,
            "output_tokens": tokens_out,
            "ip": _addresses(world, calls, side, key),
            "user_agent": client_series().gather(client),
            "temperature": _temperatures(content, calls, web, key),
            "thinking": unit(mix(key, 3)) < works["thinking"],
            "tool_count": tools,
            "image_count": images,
            "outcome": pl.Series(OUTCOMES).gather(outcome),
            **_client_columns(world, calls, client, build, key),
        }
    )


def account_ids(world: World) -> pl.Series:
    """Return all account ids by position."""
    return hex_ids("acct_", mix(world.members.keys, 1))


def _work_columns(world: World, calls: Calls) -> dict[str, NDArray[np.float64]]:
    """Look up what each call's kind of work uses and how often it is refused."""
    names = {"thinking": "thinking_share", "tools": "tools", "images": "image_share", "refused": "refused_share"}
    columns = {
        short: np.array([float(getattr(work, name)) for work in world.works])[calls.work]
        for short, name in names.items()
    }
    for group in world.members.groups:
        if group.life == "scale_up":
            workers = world.members.of(group)[max(2, group.size // 4) :]
            late = (calls.group == group.index) & np.isin(calls.account, workers)
            columns["refused"][late] = Work().refused_share
    columns["thinking"] = _habit(columns["thinking"], mix(calls.voice, 2))
    columns["images"] = _habit(columns["images"], mix(calls.voice, 30))
    luck = 0.4 + 1.2 * unit(mix(calls.account, 21))
    columns["refused"] = np.minimum(columns["refused"] * luck, 0.9)
    return columns


def _habit(share: NDArray[np.float64], key: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Spread a share between the people and programs that have the habit, some always, most seldom; its mean stays."""
    return np.where(share > 0, unit(key) ** ((1.0 - share) / np.maximum(share, 1e-9)), 0.0)


def _outcomes(refused: NDArray[np.float64], calls: Calls, key: NDArray[np.uint64]) -> NDArray[np.int64]:
    draw = unit(mix(key, 7))
    limited = np.where(calls.turn > 12, 4 * RATE_LIMITED_SHARE, RATE_LIMITED_SHARE)
    edges = np.stack([refused, refused + limited, refused + limited + ERROR_SHARE])
    return np.select([calls.limited, draw < edges[0], draw < edges[1], draw < edges[2]], [2, 1, 2, 3], 0)


def _tokens(
    content: Content,
    calls: Calls,
    works: dict[str, NDArray[np.float64]],
    outcome: NDArray[np.int64],
    key: NDArray[np.uint64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Estimate tokens: of the texts and the history sent along, and of an answer of uneven length."""
    system = content.system_prompt.str.len_bytes().fill_null(0)
    length = content.prompt.str.len_bytes().to_numpy() + system.to_numpy()
    history = np.where(calls.is_conversation, calls.turn, 0) * (180 + choose(mix(calls.session, 8), 500))
    read = length / 4.1 * (0.92 + 0.16 * unit(mix(key, 9))) + history + 6 + 160 * (works["tools"] > 0)
    bell = sum(unit(mix(key, salt)) for salt in (10, 11, 12, 13)) - 2.0
    written = np.exp(5.6 + 1.3 * bell) * np.where(works["thinking"] > unit(mix(key, 3)), 3.0, 1.0)
    written = np.where(outcome == 1, 20 + 40 * unit(mix(key, 14)), np.where(outcome >= 2, 0.0, written))
    return read.astype(np.int64) + 1, written.astype(np.int64)


def _addresses(world: World, calls: Calls, side: NDArray[np.int64], key: NDArray[np.uint64]) -> pl.Series:
    """Choose the address of each call from its account's list: one a session, moving on in long ones."""
    egress = world.egress
    stretch = mix(calls.session + (calls.turn // SESSIONS_AN_ADDRESS * (calls.turn > 12)).astype(np.uint64), 15)
    stretch = stretch ^ mix(calls.account, 16)
    size = egress.lengths[calls.account, side]
    place = egress.starts[calls.account, side] + np.floor(unit(stretch) ** 1.6 * size).astype(np.int64)
    frame = pl.DataFrame(
        {"ip": world.internet.addresses.gather(egress.addresses[place]), "lost": unit(mix(key, 17)) < 0.004}
    )
    return frame.select(pl.when(~pl.col("lost")).then("ip").alias("ip"))["ip"]


def _temperatures(content: Content, calls: Calls, web: NDArray[np.bool_], key: NDArray[np.uint64]) -> pl.Series:
    """Set the temperature as the template or the account always does; web and defaults have none."""
    habit = np.where(content.wrapped, content.frame_key, mix(calls.account, 18))
    value = np.array([0.0, 0.2, 0.3, 0.6, 0.7, 0.8, 1.0, 1.0])[choose(mix(habit, 19), 8)]
    silent = web | (unit(mix(habit, 20)) < 0.45)
    return pl.DataFrame({"t": value, "silent": silent}).select(pl.when(~pl.col("silent")).then("t").alias("t"))["t"]


def _client_columns(
    world: World, calls: Calls, client: NDArray[np.int64], build: NDArray[np.int64], key: NDArray[np.uint64]
) -> dict[str, pl.Series]:
    """Write keys, conversations, histories and fingerprints, null where a client does not send them."""
    accounts, seed = world.accounts, world.settings.seed
    keys = accounts.key_count[calls.account]
    owner = world.members.keys[calls.account] + choose(mix(calls.session, 22), np.maximum(keys, 1)).astype(np.uint64)
    conversation = mix(calls.session ^ mix(calls.account, 23), 24)
    greeting = unit(mix(calls.session, 25)) < GREETING_SHARE
    history = np.where(
        greeting,
        mix(choose(mix(calls.session, 26), GREETINGS), derive(seed, "greetings") % 2**32),
        mix(calls.session, 27),
    )
    frame = pl.DataFrame(
        {
            "api_key_id": hex_ids("key_", mix(owner, 28)), "has_key": keys > 0,
            "conversation_id": hex_ids("conv_", conversation),
            "has_conversation": accounts.names_conversations[calls.account] & calls.is_conversation,
            "history_fingerprint": hex_ids("", history, 32), "has_history": calls.is_conversation & (calls.turn > 0),
            "client_fingerprint": fingerprint_series(seed).gather(client * FINGERPRINTS_PER_CLIENT + build),
            "has_fingerprint": unit(mix(key, 29)) >= 0.01,
        }
    )  # fmt: skip
    flags = {
        "api_key_id": "has_key",
        "conversation_id": "has_conversation",
        "history_fingerprint": "has_history",
        "client_fingerprint": "has_fingerprint",
    }
    return {name: frame.select(pl.when(flag).then(name).alias(name))[name] for name, flag in flags.items()}
