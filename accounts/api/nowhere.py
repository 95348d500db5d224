"""Addresses below /api/ at which there is nothing: a problem document, and not a page."""

from typing import Any

from rest_framework.request import Request

from accounts.api.codes import Code
from accounts.api.problems import Problem
from accounts.api.views import ApiView


class NowhereView(ApiView):
    """404 for whoever has a key; 401 for everybody else, as anywhere."""

    in_contract = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing is here, whatever the method."""
        self.perform_authentication(request)
        self.check_throttles(request)
        raise Problem(Code.NOT_FOUND)
