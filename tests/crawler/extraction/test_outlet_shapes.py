"""Pages in the shapes that outlets of East Asia have: their text, and nothing that stands around it."""

import pytest

from crawler.extraction.page import extract

ZH = [
    "9月27日，淘宝正式上线微信支付。买家把淘宝更新到最新版，下单后在付款页选择微信支付即可完成付款。",
    "平台表示，该功能分批开放，部分用户当天就能看到，其余用户会在随后几天陆续覆盖。",
    "“这不是一次简单的合作。”一位接近淘宝的人士对记者说。",
    "微信方面称，用户可以在微信账单里查到淘宝订单的付款凭证，退款也按原路返回。",
]
HANT = [
    "阿里巴巴旗下的淘寶和天貓昨日公布，計劃讓平台上所有商戶新增微信支付作為付款方式。",
    "淘寶表示，為提升消費者購物體驗，與微信支付的合作正在推進，具體上線時間以公告為準。",
    "業內人士指出，兩大陣營互通，對中小商戶是好消息，也會改變支付市場的版圖。",
]
JA = [
    "アリババグループのネット通販サイト、タオバオと天猫は4日、決済サービスの導入計画を発表した。",
    "利用者は支払い画面で微信支付を選べるようになる。段階的に広げ、月内に全員が使えるようにする。",
    "「消費者の利便性を高めるためだ」と同社の担当者は話した。",
    "騰訊控股は取材に対し、開放的な協力を続けると答えた。",
]
KO = [
    "중국 최대 온라인 장터 타오바오가 27일부터 텐센트의 위챗페이 결제를 지원하기 시작했다.",
    "이용자는 결제 화면에서 위챗페이를 고를 수 있으며, 회사는 순차적으로 대상을 넓힐 계획이다.",
    "업계에서는 두 진영의 장벽이 낮아지면 소상공인에게 도움이 될 것으로 보고 있다.",
]
LIST = "".join(
    f"<li><a href='/n/{number}.html'>{title}</a></li>"
    for number, title in enumerate(
        ["国务院召开常务会议部署下半年工作", "全国多地迎来返程高峰", "新能源汽车出口再创新高"]
    )
)


def ps(lines: list[str], *more: str) -> str:
    return "".join(f"<p>{line}</p>" for line in [*lines, *more])


SHAPES = {
    "editor and portal": (
        ZH,
        (
            "<div class='main'><h1>T</h1><div>2024年09月27日08:30 | 来源：<a>某网</a></div>"
            f"<div class='rm_txt_con'>{ps(ZH)}<div class='edit'>(责编：王五、李四)</div></div>"
            f"<div class='rm_relevant'><h3>相关新闻</h3><ul>{LIST}</ul></div></div>"
        ),
    ),
    "statement": (
        ZH,
        (
            f"<div class='article' id='artibody'><p>来源：财联社</p>{ps(ZH)}<p>责任编辑：张三</p>"
            "<div>新浪声明：登载此文出于传递更多信息之目的，并不意味着赞同其观点。</div></div>"
        ),
    ),
    "return": (
        ZH,
        (
            f"<article class='article'><p style='display:none'>原标题：T</p>{ps(ZH)}"
            "<p>返回搜狐，查看更多</p><p>责任编辑：<span></span></p></article>"
        ),
    ),
    "layout table": (
        ZH,
        (
            f"<table><tr><td>{LIST}</td></tr></table><table><tr><td><table><tr><td><b>T</b></td></tr>"
            f"<tr><td>2024-09-27 08:30 来源:中新网</td></tr><tr><td>{ps(ZH)}</td></tr></table></td>"
            f"<td><ul>{LIST}</ul></td></tr></table><table><tr><td>版权所有</td></tr></table>"
        ),
    ),
    "read on": (
        HANT,
        (
            "<div itemprop='articleBody'><h1>T</h1><div class='text boxTitle'>"
            f"<span class='time'>2024/09/04 23:30</span>{ps(HANT[:1], '請繼續往下閱讀...', *HANT[1:])}"
            "<p>一手掌握經濟脈動 <a href='x'>點我訂閱財經頻道</a></p>"
            "<p>不用抽 不用搶 現在用APP看新聞 保證天天中獎 <a>點我下載APP</a></p></div></div>"
        ),
    ),
    "subscribers": (
        JA,
        (
            "<main><article><header><p>速報</p><h1>T</h1><p>有料記事</p><p>532文字</p></header>"
            "<section class='articledetail-body'><div><img src=x.jpg>"
            "<p>タオバオの決済画面＝北京で2024年9月5日、山田撮影</p></div>"
            f"{ps(JA)}</section><p>この記事は有料記事です。残り232文字（全文532文字）</p></article></main>"
        ),
    ),
    "advert": (
        JA,
        (
            "<main id=main><div><h1>T</h1><p>北京=山田太郎</p></div><div class=x7>"
            f"{ps(JA[:2])}<div class=ad>PR</div>{ps(JA[2:])}</div></main>"
            "<footer>Copyright 無断転載を禁じます。</footer>"
        ),
    ),
    "breaks": (
        KO,
        (
            f"<h2><span>T</span></h2><div><article id='dic_area'>{'<br><br>'.join(KO)}<br><br>"
            "홍길동 기자 (hong@example.kr)</article></div>"
            "<div class='copyright'><p>Copyright ⓒ 신문. All rights reserved. 무단 전재 금지.</p></div>"
            "<div>이 기사는 언론사에서 IT 섹션으로 분류했습니다.</div>"
        ),
    ),
    "agency": (
        KO,
        (
            f"<article class='story-news'>{ps(KO, 'hong@example.kr')}<p class='txt-copyright'>"
            "제보는 카카오톡 okjebo &lt;저작권자(c) 통신, 무단 전재-재배포 금지&gt;</p></article>"
        ),
    ),
}


@pytest.mark.parametrize("precise", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_the_text_of_a_page_in_the_shape_of(shape: str, precise: bool) -> None:
    lines, body = SHAPES[shape]
    html = f"<!doctype html><html><head><title>T</title></head><body>{body}</body></html>"
    assert extract(html.encode(), "https://e.org/a", precise=precise).text.split("\n") == lines


def test_a_refrain_stays_and_a_second_reading_goes() -> None:
    questions = [line for answer in ZH for line in ("“双方是怎么走到这一步的？”", answer)]
    html = f"<html><body><article>{ps(questions)}</article></body></html>"
    assert extract(html.encode(), "https://e.org/a").text.split("\n") == questions
