"""The verification levels that an import may name."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.schema import answered, operation
from accounts.api.views import ApiView
from accounts.scopes import Scope
from sharing.levels import levels


class LevelShown(serializers.Serializer[Any]):
    """A level of the workspace."""

    name = serializers.CharField()
    description = serializers.CharField()
    caution = serializers.CharField(help_text="what speaks against it; else empty")


class LevelList(serializers.Serializer[Any]):
    """All of them, the default first."""

    data = LevelShown(many=True)  # type: ignore[assignment]
    note = serializers.CharField(help_text="why the list may not be whole; else empty")


EXAMPLE = {"data": [{"name": "id-only", "description": "", "caution": ""}], "note": ""}


class LevelsView(ApiView):
    """The levels."""

    scopes = {"GET": Scope.LEVELS_READ}

    @operation(
        "listLevels",
        "List the levels",
        tag="Workspace",
        scope=Scope.LEVELS_READ,
        description="As Sumsub names them, at most a minute old; the default comes first.",
        answers={200: answered(LevelList, "All of them.", EXAMPLE)},
    )
    def get(self, request: Request) -> Response:
        """All of them."""
        found = levels()
        shown = [
            {"name": one.name, "description": one.description, "caution": one.caution}
            for one in found.choices
        ]
        return Response({"data": shown, "note": found.note})
