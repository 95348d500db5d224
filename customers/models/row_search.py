"""Finding rows of an import by words, in a small import and in one with a million rows."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from customers.models.index_words import filled

if TYPE_CHECKING:
    from customers.models.rows import Row  # noqa: F401 (a type of the annotation below)

# Fewer digits of a token mark would find it by chance.
SHORTEST_MARK = 4
# So many rows that begin with the words are a page's worth of an answer; more are no answer yet.
MOST = 200
# Before words that are to be found wherever they stand.
ANYWHERE = "*"


class RowSearch(models.QuerySet["Row"]):
    """Questions in a person's words."""

    def found_by(self, words: str, *, by_name: bool = True) -> Self:
        """Rows whose line or Sumsub applicant id is `words`, or whose name, label or id begins so.

        Indexes find those. Where there are none, or very many, or the words come behind ANYWHERE,
        every row is looked at: the rows whose name, label or id contains the words, whose id at
        Sumsub they are, or whose token mark begins with them, four digits or more, with or without
        the middle dot people see.
        Without `by_name` neither names nor labels are looked at: who may not see them must not
        find them either.
        """
        words, anywhere = asked_for(words)
        near = set() if anywhere else self._beginning_with(words, by_name=by_name)
        return self.filter(pk__in=near) if near else self.filter(_contains(words, by_name=by_name))

    def _beginning_with(self, words: str, *, by_name: bool) -> set[int]:
        """The rows that an index finds; none when there are more than MOST.

        Each kind is asked for by itself, or no index would answer.
        """
        kinds = [Q(filled("applicant_id"), applicant_id=words)]
        kinds += [
            Q(filled(column), **{f"{column}__istartswith": words})
            for column in (["external_id", "name", "label"] if by_name else ["external_id"])
        ]
        if words.isdecimal():
            kinds.append(_is_line(words))
        found: set[int] = set()
        for kind in kinds:
            found.update(self.filter(kind).order_by().values_list("pk", flat=True)[: MOST + 1])
        return found if len(found) <= MOST else set()


def asked_for(text: str) -> tuple[str, bool]:
    """What somebody looks for, and whether it may stand anywhere from the first."""
    text = text.strip()
    return text.removeprefix(ANYWHERE).strip(), text.startswith(ANYWHERE)


def _contains(words: str, *, by_name: bool) -> Q:
    found = Q(external_id__icontains=words) | Q(applicant_id=words) | Q(external_user_id=words)
    if by_name:
        found |= Q(name__icontains=words) | Q(label__icontains=words)
    mark = words.replace("·", "").lower()
    if len(mark) >= SHORTEST_MARK:
        found |= Q(token_mark__startswith=mark)
    return found | _is_line(words) if words.isdecimal() else found


def _is_line(words: str) -> Q:
    return Q(line=int(words[:9]))
