"""What every import yields: rows to the contract, and rows that cannot be used with their reasons."""

from dataclasses import dataclass, field

import polars as pl

from forensics import contracts
from forensics.errors import ForensicsError

QUARANTINE = {"file": pl.String, "row_number": pl.Int64, "key": pl.String, "reason": pl.String}
COUNTRY = r"^[A-Z]{2}$"
KEY_CHARACTERS = 200


class RegisterError(ForensicsError):
    """A register cannot be imported."""

    exit_code = 3
    title = "Register refused"


@dataclass
class Rows:
    """Frames collected so far, one list entry a batch."""

    organisations: list[pl.DataFrame] = field(default_factory=list)
    ownership: list[pl.DataFrame] = field(default_factory=list)
    quarantine: list[pl.DataFrame] = field(default_factory=list)

    def refuse(self, file: str, frame: pl.DataFrame, reasons: pl.Expr, key: str) -> pl.DataFrame:
        """Put rows with a reason into the quarantine; the others come back.

        Args:
            file: where they stand.
            frame: rows with row_number.
            reasons: text, null for good rows.
            key: column that names a row.
        """
        judged = frame.with_columns(reason=reasons)
        bad = judged.filter(pl.col("reason").is_not_null())
        if bad.height:
            named = pl.col(key).cast(pl.String).str.head(KEY_CHARACTERS)
            self.quarantine.append(bad.select(pl.lit(file).alias("file"), "row_number", key=named, reason="reason"))
        return judged.filter(pl.col("reason").is_null()).drop("reason")

    def table(self, name: str) -> pl.DataFrame:
        """All rows of `organisations` or `ownership` in the contract's columns and types, sorted, each once."""
        columns = contracts.get(f"raw.{name}").snapshot_columns
        schema = {
            column: definition.dtype if not isinstance(definition.dtype, pl.Enum) else pl.String
            for column, definition in columns.items()
        }
        frames: list[pl.DataFrame] = getattr(self, name)
        frame = pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame(schema=schema)
        present = set(frame.columns)
        shaped = frame.select(
            (pl.col(column) if column in present else pl.lit(None)).cast(dtype).alias(column)
            for column, dtype in schema.items()
        )
        return shaped.unique().sort(pl.all())


def country(name: str) -> pl.Expr:
    """The alpha-2 code at the beginning of a column (`US-DE` is in the US); null for whatever is none."""
    code = pl.col(name).str.strip_chars().str.to_uppercase().str.head(2)
    whole = pl.col(name).str.strip_chars().str.to_uppercase().str.contains(r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")
    return pl.when(whole & code.str.contains(COUNTRY)).then(code)
