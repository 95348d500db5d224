"""What the demo shows of the donor's side at first start."""

from accounts.models import User
from sharing.demo import bring_in_applicants, create_demo_register
from sharing.models import Applicant, Partner
from sumsub.sandbox.process import Sandbox


def test_the_demos_register_has_the_sandboxs_donor_both_ways_and_two_invented_partners(
    connected: Sandbox, admin: User
) -> None:
    donor = create_demo_register(connected.donor.client_id, by=admin)
    assert donor.client_id == connected.donor.client_id
    assert donor.is_donor
    assert donor.is_recipient
    assert Partner.objects.filter(state="paused").count() == 1
    assert Partner.objects.needing_attention().count() == 1


def test_a_second_start_leaves_the_register_as_people_left_it(
    connected: Sandbox, admin: User
) -> None:
    create_demo_register(connected.donor.client_id, by=admin)
    Partner.objects.update(name="Renamed")
    create_demo_register(connected.donor.client_id, by=admin)
    assert Partner.objects.count() == Partner.objects.filter(name="Renamed").count() == 3


def test_applicants_of_our_own_workspace_are_brought_in_by_id(
    as_donor: Sandbox, admin: User
) -> None:
    known = [one for one in as_donor.applicants(300) if one["client_id"] == "donor.example_100001"]
    ids = [one["applicant_id"] for one in known[:2]]
    assert bring_in_applicants([*ids, "66f0ffffffffffffffffffff"], by=admin) == 2
    assert set(Applicant.objects.values_list("applicant_id", flat=True)) == set(ids)
