"""DuckDB's queries in Spark's SQL, or a refusal: one definition serves both engines.

A translator passes on what it does not know, and an engine may know the name with another meaning. So only what is
listed here, and compared between engines by a test, may occur in a query that both run.
"""

from functools import lru_cache
from importlib.resources import files

from forensics.errors import EngineError

FUNCTIONS = frozenset(
    {
        "ArgMax", "ArgMin", "Case", "Cast", "Ceil", "Coalesce", "Count", "DenseRank", "Extract", "Floor", "Greatest",
        "If", "Lag", "Least", "Left", "Length", "Ln", "Lower", "MD5", "Max", "Min", "Nullif", "RegexpExtract",
        "RegexpLike", "RegexpReplace", "Right", "RowNumber", "SplitPart", "Substring", "Sum",
    }
)  # fmt: skip
"""Functions that give the same on both engines; a logical "and" or "or" counts as one and is always allowed."""

TYPES = frozenset({"BIGINT", "BOOLEAN", "DATE", "DOUBLE", "INT", "TEXT", "TIMESTAMPNTZ", "VARCHAR"})


def query_of(package: str, name: str) -> str:
    """The text of a query that lies beside the code."""
    return files(package).joinpath(f"{name}.sql").read_text("utf-8")


@lru_cache(maxsize=64)
def for_spark(query: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """A query in Spark's SQL.

    Args:
        query: in DuckDB's SQL; parameters are named `$name`. Its own order of rows is left out: Parquet has none.

    Returns:
        The query with `:name` for a parameter and `schema__table` for a table of the warehouse; the parameters; the
        tables of the warehouse it reads.

    Raises:
        EngineError: naming everything in it that is not portable, or when the extra is not installed.
    """
    try:
        import sqlglot
        from sqlglot import exp
    except ImportError as fault:
        raise not_installed() from fault
    tree = sqlglot.parse_one(query, read="duckdb")
    if faults := sorted(_faults(tree)):
        raise EngineError(
            "A query is not portable.", faults=faults, next_step="Write it with what engine/portable_sql.py lists."
        )
    tree.set("order", None)
    tables = []
    for table in tree.find_all(exp.Table):
        if table.db:
            tables.append(f"{table.db}.{table.name}")
            alias = table.alias_or_name
            table.set("this", exp.to_identifier(view_of(tables[-1])))
            table.set("db", None)
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    for replacement in tree.find_all(exp.RegexpReplace):
        # Spark counts groups with a dollar sign, DuckDB with a backslash.
        text = replacement.args["replacement"]
        text.set("this", text.this.replace("$", "\\$").replace("\\1", "$1"))
    parameters = tuple(sorted({node.name for node in tree.find_all(exp.Placeholder)}))
    return tree.sql("spark", comments=False), parameters, tuple(sorted(set(tables)))


def view_of(full_name: str) -> str:
    """What a table of the warehouse is called where a name has no schema."""
    return full_name.replace(".", "__")


def not_installed() -> EngineError:
    """What to do when the extra is missing."""
    return EngineError(
        "The setting engine is spark, and what it needs is not installed.",
        next_step="Install the extra: pip install 'forensics[spark]'; or leave the setting out to run on this machine.",
    )


def _faults(tree: object) -> set[str]:
    from sqlglot import exp

    assert isinstance(tree, exp.Expr)
    found = set()
    for node in tree.walk():
        if isinstance(node, exp.Anonymous):
            found.add(f"function {node.name}")
        elif isinstance(node, exp.Func) and not isinstance(node, exp.Connector):
            if type(node).__name__ not in FUNCTIONS:
                found.add(f"function {node.sql_name()}")
        elif isinstance(node, exp.DataType) and node.this.value not in TYPES:
            found.add(f"type {node.this.value}")
        elif isinstance(node, exp.Column) and isinstance(node.this, exp.Star):
            found.add("all columns of one of several tables")
        elif isinstance(node, exp.Qualify | exp.Lambda | exp.Unnest | exp.Struct | exp.Array):
            found.add(type(node).__name__.upper())
    for replacement in tree.find_all(exp.RegexpReplace):
        if not isinstance(replacement.args["replacement"], exp.Literal):
            found.add("a replacement that is not written out")
        modifiers = replacement.args.get("modifiers")
        if modifiers is None or modifiers.name != "g":
            found.add("a replacement of the first match only")
    return found
