import pytest

from alerts.tagging.sentences import LEAD_SENTENCES, Zone, sentences
from alerts.tagging.zones import assign_zones
from tests.alerts.tagging.small import pack, prepared

PACK = pack("en", "{host} adds {guest}", chrome=["share this", "follow us"])
PLAIN = pack("zh", "{host}接入{guest}")
STORY = "The shop now takes the wallet at its checkout, and everybody may use it from today."


def zoned(text: str, rules=PACK, title: str = "A title") -> list[tuple[str, Zone]]:
    whole = prepared(f"{title}\n{text}", rules.pack.language)
    found = assign_zones(list(sentences(whole, len(title), latin=rules.latin)), rules)
    return [(whole.clean[s.start : s.end], s.zone) for s in found[1:]]


def kept(text: str, rules=PACK) -> list[str]:
    return [words for words, zone in zoned(text, rules) if zone is not Zone.CHROME]


def test_the_lead_is_the_first_sentences_whatever_their_paragraphs():
    lines = "\n".join(f"{i} {STORY}" for i in range(LEAD_SENTENCES + 2))
    zones = [zone for _, zone in zoned(lines)]
    assert zones == [Zone.LEAD] * LEAD_SENTENCES + [Zone.BODY] * 2


def test_the_title_stays_the_title_even_if_it_looks_like_a_label():
    whole = prepared("Share this\n" + STORY)
    found = assign_zones(list(sentences(whole, 10, latin=True)), PACK)
    assert [s.zone for s in found] == [Zone.TITLE, Zone.LEAD]


@pytest.mark.parametrize("label", ["By Jane Doe", "Home", "#payments", "＃決済のニュース。"])
def test_labels_at_the_head_and_the_tail_are_chrome(label):
    assert kept(f"{label}\n{STORY}\n{label}") == [STORY]


def test_a_label_between_paragraphs_is_a_heading_and_stays():
    assert kept(f"{STORY}\nThe checkout\n{STORY}") == [STORY, "The checkout", STORY]


def test_what_ends_like_a_sentence_is_no_label():
    assert kept(f"It opens.\n{STORY}") == ["It opens.", STORY]


def test_wide_characters_count_for_more():
    label, sentence = (
        "编辑：小王",
        "淘宝从今天起向全体用户开放微信支付并且不再收取任何额外费用用户无须更新应用",
    )
    assert kept(f"{label}\n{sentence}\n{label}", PLAIN) == [sentence]


def test_a_paragraph_at_the_head_stays_but_for_its_sentence_of_chrome():
    """Reports say "no need to open the app", and sites say "open the app"."""
    assert kept(f"{STORY} Share this with a friend.\n{STORY}") == [STORY, STORY]


def test_words_of_chrome_are_chrome_anywhere():
    assert kept(f"{STORY}\nShare this story with your friends, please do it now.\n{STORY}") == [
        STORY,
        STORY,
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Home | News | Payments | Wallets | About | Contact",
        "▶ First story ▶ Second story ▶ Third story ▶ Fourth",
        "#pay #shop #wallet #news and nothing else",
        "www.a.example and https://b.example and www.c.example",
    ],
)
def test_many_marks_are_chrome_anywhere(line):
    assert kept(f"{STORY}\n{line}.\n{STORY}") == [STORY, STORY]


def test_one_mark_in_a_long_sentence_is_fine():
    line = "The shop takes the wallet → and everybody may use it from today at all checkouts."
    assert kept(f"{STORY}\n{line}\n{STORY}") == [STORY, line, STORY]


def test_nothing_but_labels_is_nothing_but_chrome():
    assert kept("Home\nNews\nAbout") == []
