"""The work queue, a task, and a customer's timeline, for those who look at every page."""

from tests.browser import page_deeds as deeds
from tests.browser.page_case import Case

WORK_CASES = (
    Case("work", "/customers/to-do/?all=1"),
    Case("work-masked", "/customers/to-do/?all=1", "vera"),
    Case("work-register", "/customers/to-do/?all=1", "doris"),
    Case("work-none", "/customers/to-do/?who=mine&q=nothing-like-it"),
    Case("work-save-filter", "/customers/to-do/?kind=complete", then=deeds.save_filter_open),
    Case("work-keys", "/customers/to-do/?all=1", then=deeds.list_of_keys),
    Case("task", "/customers/to-do/application/{noted}/"),
    Case("task-names", "/customers/to-do/application/{noted}/", then=deeds.naming_somebody),
    Case("task-refused", "/customers/to-do/application/{noted}/", then=deeds.wrong_day),
    Case("task-masked", "/customers/to-do/application/{noted}/", "vera"),
    Case("task-ended", "/customers/to-do/application/{declined}/"),
    Case("timeline", "/customers/{alike}/timeline/"),
    Case("timeline-masked", "/customers/{alike}/timeline/", "vera"),
    Case("timeline-nothing", "/customers/{alike}/timeline/?first=2026-02-02&last=2026-02-01"),
)
