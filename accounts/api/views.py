"""The view behind every address of the API: who calls, how often, with which scope; the deed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import BasePermission
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import limits, problems
from accounts.api.authentication import Caller, KeyAuthentication
from accounts.api.codes import Code
from accounts.api.limits import ClientRate
from accounts.api.problems import Problem
from accounts.api.reading import SMALL_BODY, StrictJSONParser
from accounts.audit import present_request_id
from accounts.scopes import Scope


class AlwaysFirst(BaseContentNegotiation):
    """Answers are what they are, whatever a client says it would rather have."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The parser for the body's content type; None where none fits."""
        kind = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The view's first one."""
        return renderers[0], renderers[0].media_type


class HasScope(BasePermission):
    """The key's client has the scope that the view's method asks for."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True; raises the view's Problem where it is missing."""
        assert isinstance(view, ApiView)
        scope = view.scope_of(request.method or "")
        if scope is None or not isinstance(request.auth, Caller):
            return isinstance(request.auth, Caller)
        if scope.value not in request.auth.client.scopes:
            raise Problem(view.scope_missing, f"This needs the scope {scope}.")
        return True


class ApiView(APIView):
    """One address. `scopes` names the scope of each method; None lets every
    client in. `body_bytes` is what a body may have; None: what an upload may."""

    authentication_classes = [KeyAuthentication]
    permission_classes = [HasScope]
    throttle_classes = [ClientRate]
    renderer_classes = [JSONRenderer]
    parser_classes = [StrictJSONParser]
    content_negotiation_class = AlwaysFirst
    metadata_class = None
    http_method_names = ["get", "head", "post", "patch", "put", "delete"]
    scopes: ClassVar[Mapping[str, Scope | None]] = {}
    scope_missing: ClassVar[Code] = Code.SCOPE_MISSING
    body_bytes: ClassVar[int | None] = SMALL_BODY
    in_contract: ClassVar[bool] = True

    @classmethod
    def scope_of(cls, method: str) -> Scope | None:
        """The scope that a method asks for; HEAD asks for what GET does."""
        return cls.scopes.get("GET" if method == "HEAD" else method)

    def get_exception_handler(self) -> Any:
        """Whatever is raised becomes a problem document."""
        return problems.answer

    def handle_exception(self, exc: Exception) -> Response:
        """The answer to an error; a method that is not there names those that are."""
        response = super().handle_exception(exc)
        if response.status_code == Code.METHOD_NOT_ALLOWED.about.status:
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who, how often, and whether they may; a method that is not there comes before scopes."""
        self.perform_authentication(request)
        self.check_throttles(request)
        method = (request.method or "").lower()
        if method not in self.http_method_names or not hasattr(self, method):
            self.http_method_not_allowed(request)
        self.check_permissions(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Every answer says what is left of the minute, and under which id the log knows it."""
        finished = super().finalize_response(request, response, *args, **kwargs)
        for name, value in limits.headers_of(request).items():
            finished[name] = value
        finished["X-Request-Id"] = present_request_id()
        return finished
