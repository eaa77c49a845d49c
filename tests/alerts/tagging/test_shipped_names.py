"""The shipped gazetteer on names that are ordinary words as well, and on those that machines make."""

import pytest

from alerts.tagging.folding import prepare
from alerts.tagging.gazetteer import Gazetteer
from config.platforms import load_platforms

PLATFORMS = {
    "en": [
        ("LINE users can now pay with PayPay.", "line paypay"),
        ("Line, the Japanese messenger, lets people in Tokyo pay with PayPay.", "line paypay"),
        ("Signal and Telegram users can exchange messages.", "signal telegram"),
        ("Threads lets people follow Mastodon accounts.", "threads mastodon"),
        ("Messenger will let users chat with WhatsApp.", "messenger whatsapp"),
        ("Apple opens NFC to rival wallets.", "apple"),
        ("Tencent and byte agreed on streams at Douyin.", "tencent bytedance douyin"),
        ("Matter devices work with Alexa and Google Home.", "matter alexa google-home"),
        ("Hong Kong's Octopus card can be added to Apple Pay.", "octopus apple-pay"),
        ("Pix payments come to WhatsApp in Brazil.", "pix whatsapp"),
        ("Nothing brings iMessage to its Phone (2).", "nothing imessage"),
        ("The line at the counter was long, and the signal was weak.", ""),
        ("The Bottom Line: what the messenger makers gain.", ""),
        ("A signal that the market threads its way, said a bank.", ""),
        ("She ate an apple and an apple pie, eight bytes each.", ""),
        ("As a matter of fact X marks the spot; nothing has changed.", ""),
        ("She can grab a coffee, a medium latte; steam was rising, an uber cool swish.", ""),
        ("The octopus in the aquarium; a discord, an element of doubt, the matrix.", ""),
    ],
    "de": [
        ("Signal und WhatsApp sollen Nachrichten austauschen.", "signal whatsapp"),
        ("Der Messenger Line öffnet sich für PayPal.", "line paypal"),
        ("Ein Signal der Bahn, ein Element der Leitung.", ""),
    ],
    "zh": [
        ("大麦和优酷支持微信支付。", "damai youku wechat-pay"),
        ("大麥網接入微信支付。", "damai wechat-pay"),
        ("当当在京东开设官方旗舰店。", "dangdang jd"),
        ("蚂蚁集团与腾讯合作。", "ant-group tencent"),
        ("小米与苹果打通。", "xiaomi apple"),
        ("网联清算公司接入银联。", "netsunion unionpay"),
        ("淘宝特价版支持微信支付。", "taote wechat-pay"),
        ("打通微信支付宝。", "wechat alipay"),
        ("我们喝了一杯大麦茶，种了大麦，蚂蚁搬家。", ""),
        ("这件事办得稳稳当当，当当响，在西藏阿里地区。", ""),
    ],
    "ja": [
        ("アリとテンセントが相互開放を進める。", "alibaba tencent"),
        ("アリ系アプリが微信支払いに対応。", "alibaba wechat-pay"),
        ("バイトダンスが提携。", "bytedance"),
        ("スイカで乗車し、PayPayでチャージできる。", "suica paypay"),
        ("任天堂のスイッチでDiscordが使えるようになった。", "nintendo nintendo-switch discord"),
        ("①LINE ②PayPay ③楽天ペイ", "line paypay rakuten-pay"),
        ("飢えたかとコアラの海購入が微信決済に対応。", "eleme kaola wechat-pay"),
        ("桃天グループと饕餮アプリがwechat決済を導入する。", "taotian taote wechat-pay"),
        ("リアリティのあるアリバイ、アリの巣、甘いスイカの季節。", ""),
        ("アルバイトのバイト代。オンラインで線を引く。", ""),
    ],
    "ko": [
        ("라인 메신저에서 카카오톡으로 메시지를 보낼 수 있게 됐다.", "line kakaotalk"),
        ("메타는 스레드에서 마스토돈 계정을 팔로우할 수 있게 했다.", "meta threads mastodon"),
        ("토스에서 네이버페이로 결제할 수 있다.", "toss naver-pay"),
        ("다음 주에 우버가 카카오T와 연동한다.", "uber kakao-t"),
        ("그는 토스했다. 공을 토스한 선수와 토스트.", ""),
        ("라인을 따라 줄을 섰다. 멀티 스레드 프로그램의 라인업.", ""),
    ],
}


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    return Gazetteer(load_platforms())


def named(shipped: Gazetteer, language: str, text: str) -> list[str]:
    chinese = language == "zh"
    prepared = prepare(text, chinese=chinese, spaces=language not in ("zh", "ja"))
    mentions = shipped.find(prepared, chinese=chinese, context=lambda _: prepared.folded)
    return [mention.platform for mention in mentions]


@pytest.mark.parametrize("language", PLATFORMS)
def test_names_that_are_words_are_told_apart(shipped: Gazetteer, language: str) -> None:
    for text, expected in PLATFORMS[language]:
        assert named(shipped, language, text) == expected.split(), text
