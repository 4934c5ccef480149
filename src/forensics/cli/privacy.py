"""`forensics resolve`, `forensics retain` and `forensics erase`: taking pseudonyms back, and letting go of data."""

import click

from forensics.cli.options import home_options, json_option
from forensics.cli.terminal import inert, print_json, print_table
from forensics.errors import NotFoundError, SettingsError
from forensics.home import Home


def _say(text: str) -> None:
    click.echo(text, err=True)


@click.command()
@click.argument("pseudonym")
@click.option("--recipient", default="internal", show_default=True, help="Whom the export was for.")
@home_options
@json_option
def resolve(pseudonym: str, recipient: str, home: Home, as_json: bool) -> None:
    """Say which account, instrument or address PSEUDONYM stands for; only who has the key can."""
    from forensics.privacy.keys import KeyFileError, existing_key, key_path
    from forensics.privacy.pseudonyms import PATTERN, Pseudonyms
    from forensics.privacy.resolving import candidates
    from forensics.settings import load_settings
    from forensics.warehouse import open_published

    settings = load_settings(home)
    key = existing_key(home, settings)
    if key is None:
        raise KeyFileError(
            f"There is no key at {key_path(home, settings)}.", next_step="Put it there, or name it in key_file."
        )
    match = PATTERN.fullmatch(pseudonym)
    if match is None:
        raise SettingsError(
            f"{pseudonym!r} is no pseudonym.", next_step="Copy it whole, e.g. account-abcdefghij234567."
        )
    with open_published(home) as connection:
        value = Pseudonyms(key, recipient).resolve(pseudonym, candidates(connection, match[1]))
    if value is None:
        raise NotFoundError(
            f"{pseudonym} stands for nothing in the published warehouse.",
            next_step="Check --recipient: each has pseudonyms of its own. An account that was erased is not found.",
        )
    if as_json:
        print_json({"pseudonym": pseudonym, "recipient": recipient, "kind": match[1], "value": value})
    else:
        click.echo(inert(value))


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--history", is_flag=True, help="Let findings of earlier runs go too, if retention_days names reports.")
@home_options
@json_option
def retain(dry_run: bool, history: bool, home: Home, as_json: bool) -> None:
    """Take out daily rows and files that are older than the setting retention_days keeps.

    Findings and the logs of loads, removals and manifests stay. Published versions that hold what went are deleted.
    """
    from dataclasses import asdict

    from forensics.privacy.retention import retain as retain_home
    from forensics.settings import load_settings

    settings = load_settings(home)
    if not settings.retention_days:
        raise SettingsError(
            "The setting retention_days names nothing, so everything is kept.",
            next_step='Write e.g. [retention_days] and "raw.exchanges" = 90 below it into settings.toml.',
        )
    found = retain_home(home, settings, dry_run=dry_run, history_too=history, say=_say)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    if found:
        print_table(
            ("table", "day", "file", "rows"), [(one.table, str(one.day or ""), one.file, one.rows) for one in found]
        )
    verb = "would go" if dry_run else "went"
    click.echo(f"{len(found)} days of tables and files {verb}, {sum(one.rows for one in found):,} rows.")


@click.command()
@click.argument("accounts", nargs=-1, required=True)
@click.option("--by", required=True, help="Who asks for it; kept with the tombstone.")
@click.option("--why", required=True, help="Why; kept as well. It must not name the account.")
@click.option("--unknown-too", is_flag=True, help="Keep accounts out of future loads that are in no table yet.")
@home_options
@json_option
def erase(accounts: tuple[str, ...], by: str, why: str, unknown_too: bool, home: Home, as_json: bool) -> None:
    """Erase ACCOUNTS from every table, file and log, for good: later loads keep them out.

    Published versions that hold them are deleted. Figures of groups they were in are those of before until the next
    run. What was exported earlier is named in exports.jsonl and cannot be called back.
    """
    import json

    from forensics.cli.environment import prepare
    from forensics.exports.documents import counted
    from forensics.privacy.erasure import erase as erase_accounts
    from forensics.settings import load_settings

    if faults := [
        f"{name} names an account" for name, text in (("--by", by), ("--why", why)) if _names(text, accounts)
    ]:
        raise SettingsError("What is kept would name what is erased.", faults=faults, next_step="Say it without ids.")
    prepare(home)

    def spellings(account_id: str) -> list[str]:
        from pipelines.previews import inert as in_preview

        forms = [account_id, in_preview(account_id)]
        return list(dict.fromkeys([*forms, *(json.dumps(form)[1:-1] for form in forms)]))

    done = erase_accounts(
        home,
        load_settings(home),
        list(dict.fromkeys(accounts)),
        by=by,
        why=why,
        unknown_too=unknown_too,
        spellings=spellings,
        say=_say,
    )
    if as_json:
        print_json(
            {
                "account_count": done.accounts,
                "rows": done.rows,
                "files": [one.file for one in done.files],
                "versions_deleted": done.versions_deleted,
                "days_to_sum_up": [day.isoformat() for day in done.days],
                "traces": done.traces,
            }
        )
        return
    if done.rows:
        print_table(("table", "rows taken out"), sorted(done.rows.items()))
    click.echo(
        f"{counted(done.accounts, 'account')} erased: {counted(sum(done.rows.values()), 'row')},"
        f" {counted(len(done.files), 'file')} written anew or deleted, {counted(done.versions_deleted, 'version')}"
        f" deleted, {counted(done.traces, 'trace')} blacked out."
    )
    click.echo(f"The next run sums {counted(len(done.days), 'day')} up anew; until then groups keep their figures.")


def _names(text: str, accounts: tuple[str, ...]) -> bool:
    from forensics.privacy.erased_rows import is_named

    return is_named(text, list(accounts))
