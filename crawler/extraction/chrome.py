"""What the lines look like that sites put around and between the paragraphs of an article."""

import re

_WORDS = (
    # zh: log in, share, comment, reprint, source, editor, disclaimer, related, follow us
    r"登[录錄入]|注册|註冊|立即登|忘记密码|分享(?:到|至|给|給|本文)?|微信扫一扫|扫(?:一扫|码)|掃碼|收藏|点赞|點讚|"
    r"评论|評論|留言|回复|回覆|跟帖|举报|檢舉|举報|打印|列印|字号|字體|转发|轉發|阅读原文|原文链接|返回(?:首页|顶部|列表)|"
    r"上一篇|下一篇|相关(?:阅读|文章|新闻|推荐)|相關(?:閱讀|文章|新聞)|延伸閱讀|热门(?:文章|推荐)|熱門|推荐阅读|更多(?:精彩|新闻|文章)|"
    r"责任编辑|責任編輯|编辑|編輯|校对|审核|来源|來源|声明|聲明|免责|免責|版权|版權|未经授权|未經授權|转载请|轉載請|"
    r"关注(?:我们|公众号)|關注我們|追蹤我們|加入(?:会员|會員|群)|订阅|訂閱|下载(?:APP|客户端)|下載APP|广告|廣告|商务合作|投诉|"
    # ja
    r"ログイン|会員登録|新規登録|シェア(?:する)?|ツイート|ブックマーク|コメント|関連(?:記事|リンク|ニュース)|あわせて読みたい|"
    r"おすすめ|人気記事|ランキング|前の記事|次の記事|無断転載|著作権|お問い合わせ|メルマガ|フォロー|印刷|続きを読む|"
    # ko
    r"로그인|회원가입|공유(?:하기)?|댓글|관련\s?(?:기사|뉴스)|무단\s?전재|재배포|저작권|기자\s?[\w.]+@|구독|좋아요|"
    r"많이 본|추천\s?기사|이전\s?기사|다음\s?기사|제보|인쇄|스크랩|"
    # en, de
    r"log ?in|sign (?:in|up)|register|share(?: this)?(?: article| story| on)?|tweet|follow us|subscribe|newsletter|"
    r"comments?|related (?:articles|stories|posts)|read (?:more|next|also)|more (?:from|on|stories)|most (?:read|popular)|"
    r"advertisement|sponsored|all rights reserved|copyright|©|terms of (?:use|service)|privacy policy|cookie|"
    r"back to top|print|bookmark|editor:|source:|disclaimer|anmelden|teilen|kommentare|mehr zum thema"
)
# Names of networks are share buttons at the edges of a text; inside it they are its subject.
_NETWORKS = (
    r"facebook|twitter|linkedin|whatsapp|telegram|weibo|微博|朋友圈|空间|空間|复制链接|複製連結|コピー|"
    r"hatena|はてな|LINEで送る|카카오톡"
)
CHROME = re.compile(_WORDS, re.IGNORECASE)
EDGE_CHROME = re.compile(f"{_WORDS}|{_NETWORKS}", re.IGNORECASE)
BYLINE = re.compile(
    r"^(?:\d{4}[-/.年년]\s?\d{1,2}|by\s+[A-Z]|文[/|:\uff1a\uff0f\uff5c\s]|作者|记者|記者|楼主|樓主|樓層|发表于|發表於|發布於|发布于|"
    r"입력|수정|등록|掲載|配信|更新|Published|Updated|Posted)",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"[。!?\uff01\uff1f…」』”\".]\s*$|[다요]\.\s*$")
# From here on a page is not the article any more: forms, forum profiles, disclaimers.
END = re.compile(
    r"^.{0,12}(?:您需要(?:登录|登錄|登入)|本版积分规则|本版積分規則|登[录錄入]后(?:才)?可|請(?:先)?登入|版[权權][申声聲]明|"
    r"免[责責][声聲]明|好文章[,\uff0c]需要你的鼓励|原文[链鏈][接结結]|本文来源.{0,30}版权)"
    r"|^(?:新浪|搜狐|网易|凤凰|平台|特别|郑重|本站|本网|本报|作者|网站|风险)(?:网|号|提示)?声明[:\uff1a]"
    r"|^この記事は有料(?:記事|会員)|^이 기사는 언론사에서"
)
# What is never a paragraph, wherever it stands: marks of adverts, bylines, captions, notices.
NOTICE = re.compile(
    r"(?:PR|AD|広告|廣告|广告|\[?광고\]?|Anzeige|Werbung|Publicité|Publicidad)"
    r"|[^。.!?]{0,30}[\[(<]?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[\])>]?\s?(?:기자|記者|记者)?"
    r"|[가-힣]{2,4}\s?(?:선임|수습|인턴)?\s?(?:기자|특파원|논설위원)"
    r"|\W*(?:請繼續往下閱讀|请继续往下阅读|返回\S{0,4}[,\uff0c]?查看更多|查看更多|(?:展开|閱讀|阅读)全文)\W*"
    r"|[(\uff08](?:责编|責編|编辑|編輯|责任编辑|責任編輯|校对|撰稿)[:\uff1a].{1,40}[)\uff09]"
    r"|.{0,40}(?:有料(?:記事|会員限定)です|会員限定(?:です|の記事)|残り\s?[\d,]+文字).{0,30}"
    r"|[^。]{0,90}[=\uff1d][^。]{2,40}(?:撮影|提供|共同|時事|ロイター|AFP)[)\uff09]?"
    r"|[(\uff08\[]?(?:图片?|圖片?|写真|사진)\s?(?:来源|來源|源|제공)?\s?[:\uff1a/\uff0f=].{1,30}"
    r"|.{0,50}(?:记者|記者).{1,12}[摄攝][)\uff09]?"
    r"|[<\[(\u3010]?\s?(?:저작권자|ⓒ|©|Copyrights? ?[ⓒ©(]).{0,100}"
    r"|.{0,60}(?:(?:點我|点击|點擊|按我)\S{0,8}(?:訂閱|订阅|下載|下载|看|觀看)|現在用APP看新聞).{0,40}",
    re.IGNORECASE,
)
CRUMBS = re.compile(
    r"^(?:首[页頁]|当前位置|您的位置|目前位置|ホーム|トップ|홈|첫 ?페이지|Home)(?=[\s>\u203a\xbb/|:\uff1a]|$)",
    re.IGNORECASE,
)
DATED = re.compile(
    r"(?:发布|發佈|發布|发表|發表|配信|公開|게재|입력|Published|Posted).{0,12}\d{4}", re.IGNORECASE
)
# "Read more: ..." between two paragraphs: what it names is the news of another page.
TO_OTHERS = re.compile(
    r"^\W{0,3}(?:read (?:more|also|next)|see (?:more|also)|also (?:read|see)|related(?: (?:article|story|stories|"
    r"coverage|news|reading))?|don.?t miss|more on this(?: story)?|mehr (?:dazu|zum thema)|lesen sie (?:auch|dazu|mehr)|"
    r"siehe auch|(?:à )?lire aussi|(?:lea|lee) también|"
    r"(?:相关|推荐|延伸)(?:阅读|报道|新闻|文章|链接)|(?:相關|推薦|延伸)(?:閱讀|報導|報道|新聞|文章|連結)|看更多|更多(?:新聞|报道|報導)|"
    r"関連(?:記事|ニュース|リンク|情報)?|あわせて読みたい|こちらも(?:読|お読)\S{0,6}|관련\s?(?:기사|뉴스|글)|함께\s?(?:보면|읽으면)\S{0,8})"
    r"\s*[:\uff1a>|\u203a\xbb\u300d\u3011\])\u25b6]",
    re.IGNORECASE,
)
LONGEST_POINTER = 200
"""Characters of a line that points to another article."""

SCRIPTS = tuple(
    re.compile(f"[{letters}]{{2}}")
    for letters in (
        "a-zA-Z",
        "\u0400-\u04ff",
        "\u3041-\u30ff",
        "\uac00-\ud7a3",
        "\u0600-\u06ff",
        "\u0e00-\u0e7f",
    )
)
STOP = re.compile(
    r"^(?:相关(?:阅读|文章|新闻|推荐)|相關(?:閱讀|文章|新聞)|延伸閱讀|推荐阅读|热门(?:文章|评论|推荐)|网友评论|網友留言|"
    r"最新评论|精彩评论|関連(?:記事|ニュース|リンク)|あわせて読みたい|この記事へのコメント|コメント|読者コメント|"
    r"관련\s?(?:기사|뉴스)|댓글|많이 본 (?:뉴스|기사)|독자 댓글|related (?:articles|stories|posts|coverage)|"
    r"read (?:next|also)|more from|comments?|most read|mehr zum thema)"
    r"\s*(?:[(\uff08]?\s*\d+\s*(?:条|條|件|개)?[)\uff09]?)?\s*[:\uff1a]?\s*$",
    re.IGNORECASE,
)
