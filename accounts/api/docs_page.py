"""The contract and the pages that explain it. Open to all: they say what any installation says."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.api.codes import Code
from accounts.api.reference import chapters, contract, introduction
from accounts.permissions import open_to_all


@open_to_all
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document."""
    return JsonResponse(
        contract(), content_type="application/vnd.oai.openapi+json", json_dumps_params={"indent": 1}
    )


@open_to_all
@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """What holds for every call, and the chapters with their operations by name."""
    context = {
        "introduction": introduction(),
        "chapters": chapters(),
        "version": contract()["info"]["version"],
    }
    return render(request, "accounts/api/reference.html", context)


@open_to_all
@require_safe
def chapter(request: HttpRequest, anchor: str) -> HttpResponse:
    """The operations of one chapter, each with its fields, answers and an example.

    All of them on one page were thirty thousand elements, which took a browser seconds to draw.
    """
    found = next((one for one in chapters() if one.anchor == anchor), None)
    if found is None:
        raise Http404
    context = {"chapter": found, "chapters": chapters()}
    return render(request, "accounts/api/chapter.html", context)


@open_to_all
@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    """Every code: what it means and what to do."""
    return render(
        request, "accounts/api/errors.html", {"codes": [(code, code.about) for code in Code]}
    )
