import pytest

from crawler.extraction.language import detect_language

SENTENCES = {
    "zh-Hans": "淘宝宣布接入微信支付，用户可以在付款页选择。",
    "zh-Hant": "淘寶宣布接入微信支付，用戶可以在付款頁選擇。",
    "ja": "タオバオは微信支付に対応すると発表した。",
    "ko": "타오바오가 위챗페이 결제를 지원한다고 밝혔다.",
    "en": "The company said that it would be open to all of the other services by the end of the year.",
    "de": "Das Unternehmen teilte mit, dass sich der Dienst bis zum Ende des Jahres auch für andere öffnet.",
    "fr": "L'entreprise a annoncé que le service sera ouvert à tous les autres avant la fin de l'année.",
    "es": "La empresa dijo que el servicio se abrirá a todos los demás antes de que termine el año.",
}


@pytest.mark.parametrize("language", SENTENCES)
@pytest.mark.parametrize("times", [1, 5])
def test_each_language_is_told_from_the_others(language: str, times: int) -> None:
    assert detect_language(" ".join([SENTENCES[language]] * times)) == language


def test_latin_names_in_a_chinese_text_do_not_change_it() -> None:
    names = " ".join(["The WeChat Pay for the Alipay of Taobao with"] * 2)
    assert detect_language(f"{SENTENCES['zh-Hans'] * 2}{names}") == "zh-Hans"


@pytest.mark.parametrize(
    ("text", "expected", "language"),
    [
        ("123", None, "und"),
        ("123", "ja", "ja"),
        ("決済開始", "ja", "ja"),
        ("支付宝", "zh-Hant", "zh-Hans"),
        ("微信支付", "zh-Hant", "zh-Hant"),
        ("WeChat Pay", "de", "de"),
    ],
)
def test_a_short_text_is_in_the_language_of_its_source(
    text: str, expected: str | None, language: str
) -> None:
    assert detect_language(text, expected) == language
