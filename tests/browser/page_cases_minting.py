"""The donor's pages of long files and of batches that wait for their recipient."""

from tests.browser.page_case import Case

DONORS_CASES = (
    Case("export-running", "/applicants/import/{export}/"),
    Case("export-taken-in", "/applicants/import/{taken_export}/"),
    Case("export-broke-off", "/applicants/import/{failed_export}/"),
    Case("mint-held", "/share-tokens/minting/{held_batch}/"),
)

NO_DONORS_PAGES = frozenset(
    {
        "sharing:applicants_export_faults",
        "sharing:applicants_export_live",
        "sharing:applicants_export_updates",
        "sharing:mint_updates",
        "sharing:mint_chosen",
        "sharing:mint_choose",
        "sharing:mint_look_up",
        "sharing:mint_start",
        "sharing:mint_pause",
        "sharing:mint_resume",
        "sharing:mint_cancel",
        "sharing:mint_retry",
        "sharing:mint_renew",
        "sharing:mint_abandon",
        "sharing:mint_discard",
        "sharing:mint_again",
        "sharing:mint_file",
        "sharing:mint_failures",
        "sharing:mint_hand_over",
        "sharing:mint_live",
    }
)
