"""Names for people who may see imports and customers but not whose they are."""

MASK = "…"


def masked_name(name: str) -> str:
    """ "Ada Mercer" as "A… M…"; empty stays empty."""
    return " ".join(f"{word[0]}{MASK}" for word in name.split())


def shown_name(name: str, *, unmasked: bool) -> str:
    """The name as this reader may see it."""
    return name if unmasked else masked_name(name)
