"""Which addresses may be called, and which lead into the house or to nowhere."""

import pytest

from outward.addresses import AddressRefused, resolved, target_of

PUBLIC = ["https://93.184.216.34/hook", "https://[2606:2800:220:1::1]:8443/hook"]
PRIVATE = [
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.0.10/",
    "https://100.64.0.1/",
    "https://[::1]/",
    "https://[fd00::1]/",
    "https://[::ffff:10.1.2.3]/",
    "https://[::ffff:127.0.0.1]/",
]
NEVER = [
    "https://169.254.169.254/latest/meta-data/",
    "https://[fe80::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://0.0.0.0/",
    "https://[::]/",
    "https://224.0.0.1/",
    "https://255.255.255.255/",
    "https://[ff02::1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378::1]/",
]


@pytest.mark.parametrize("url", PUBLIC)
def test_a_public_address_is_called_over_tls(url: str) -> None:
    for allow in (False, True):
        target = target_of(url, allow_private=allow)
        assert [one.where[0] for one in resolved(target, allow_private=allow)] == [target.host]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_needs_the_installations_word(url: str) -> None:
    with pytest.raises(AddressRefused, match="WEBHOOK_ALLOW_PRIVATE"):
        target_of(url, allow_private=False)
    if "100.64" not in url:
        assert target_of(url, allow_private=True).is_encrypted


@pytest.mark.parametrize("url", NEVER)
def test_where_nobody_has_a_system_is_never_called(url: str) -> None:
    for allow in (False, True):
        with pytest.raises(AddressRefused):
            target_of(url, allow_private=allow)


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "hook.example.com/path",
        "https://",
        "https:///path",
        "https://./",
        "https://user:word@hook.example.com/",
        "https://hook.example.com/#part",
        "https://hook.example.com:99999/",
        "https://hook.example.com:0/",
        "https://hook.example.com/a b",
        "https://hook.example.com/\r\nX-Other: 1",
        "https://[::1",
        "https://höök.example/",
        "https://hook.example.com/" + "a" * 500,
    ],
)
def test_what_is_no_address_of_a_receiver_is_refused_with_a_sentence(url: str) -> None:
    for allow in (False, True):
        with pytest.raises(AddressRefused) as refusal:
            target_of(url, allow_private=allow)
        assert refusal.value.sentence.endswith((".", ")."))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "0177.0.0.1"])
def test_another_spelling_of_this_machine_is_seen_through_when_it_is_looked_up(host: str) -> None:
    target = target_of(f"https://{host}/", allow_private=False)
    with pytest.raises((AddressRefused, OSError)):
        resolved(target, allow_private=False)


def test_plain_http_stays_in_the_house_also_when_private_addresses_are_allowed() -> None:
    assert resolved(target_of("http://127.0.0.1:9/", allow_private=True), allow_private=True)
    public = "http://93.184.216.34/"
    with pytest.raises(AddressRefused):
        target_of(public, allow_private=True)


def test_the_port_and_the_query_stay() -> None:
    target = target_of("https://hook.example.com:8443/in?box=7", allow_private=False)
    assert (target.host_header, target.path) == ("hook.example.com:8443", "/in?box=7")
    assert target_of("https://hook.example.com", allow_private=False).path == "/"
    assert target_of("https://[2606:2800::1]/", allow_private=False).host_header == "[2606:2800::1]"
