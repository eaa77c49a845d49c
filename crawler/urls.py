"""Addresses: the one that an article is stored under, and the key by which two are the same page.

The canonical URL can be opened; the key is for comparing only. Fetch the URL as it was given.
"""

import posixpath
import re
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from w3lib.url import safe_url_string

# Parameters that never choose an article, on any site.
_TRACKERS = re.compile(
    r"(?:utm_\w+|ga_\w+|hsa_\w+|mtm_\w+|pk_\w+|piwik_\w+|matomo_\w+|at_(?:medium|campaign|\w+)"
    r"|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh"
    r"|mc_cid|mc_eid|mkt_tok|_hsenc|_hsmi|vero_id|oly_enc_id|oly_anon_id|rb_clickid|s_cid|cmpid"
    r"|ocid|ncid|sr_share|smid|smtyp|share_token|share_source|share_medium|share_from|sharer\w*"
    r"|share_uid|share_id|spm|scm|spm_id_from|vd_source|seid|xhsshare|wxfid|isappinstalled|nsukey"
    r"|weixin_share\w*|wx_\w+|wfr|bd_vid|bdtoken|tt_from|tt_medium|tt_campaign|_openstat|guccounter"
    r"|guce_referrer\w*|ref_src|ref_url|referrer|xtor|cx_\w+|__twitter_impression|_ga|_gl|cndid"
    r"|wt_z?mc|ftag|tpcc|pgtype|n_cid|iref|srsltid|rdt_cid|sccid|li_fat_id|epik|trk|trkcampaign"
    r"|linkid|soc_(?:src|trk)|ref_?source|pgv_ref|originreferrer|__hs\w+|hsctatracking|yptr"
    r"|_branch_match_id|s_kwcid|jsessionid|phpsessid|sessionid)",
    re.IGNORECASE,
)
# Names that some sites use for articles: dropped only with values that tell the way one came.
_SOFT = {
    "from": re.compile(
        r"(?:timeline|singlemessage|groupmessage|weixin|wechat|wx|weibo|qq|qzone|qqcom|share|"
        r"rss|feed|feeds|app|search|baidu|google|twitter|facebook|line|kakao|telegram|newsletter|"
        r"homepage|home|top|pc|mobile|copylink|email|mail)\d*",
        re.IGNORECASE,
    ),
    "ref": re.compile(
        r"(?:rss|feed|twitter|facebook|newsletter|home|share|hn|producthunt)", re.IGNORECASE
    ),
    "source": re.compile(
        r"(?:rss|feed|feeds|twitter|facebook|newsletter|share|email|line)", re.IGNORECASE
    ),
    "src": re.compile(r"(?:rss|feed|twitter|facebook|newsletter|share)", re.IGNORECASE),
    "f": re.compile(r"rss", re.IGNORECASE),
    "feature": re.compile(r"(?:share|youtu\.be|emb_\w+)", re.IGNORECASE),
    "cmp": re.compile(r"rss\w*", re.IGNORECASE),
    "partner": re.compile(r"(?:rss|feedburner)\w*", re.IGNORECASE),
    "output": re.compile(r"amp", re.IGNORECASE),
    "amp": re.compile(r"1?|true", re.IGNORECASE),
    "outputtype": re.compile(r"amp", re.IGNORECASE),
}
# On these hosts only the named parameters identify an article.
_KEEP = {
    "mp.weixin.qq.com": frozenset({"__biz", "mid", "idx", "sn"}),
    "www.youtube.com": frozenset({"v", "list"}),
    "m.weibo.cn": frozenset({"id"}),
    "news.yahoo.co.jp": frozenset({"page"}),
    "www.163.com": frozenset(),
    "www.toutiao.com": frozenset(),
    "www.sohu.com": frozenset(),
    "36kr.com": frozenset(),
    "n.news.naver.com": frozenset({"oid", "aid"}),
    "news.naver.com": frozenset({"oid", "aid"}),
    "v.daum.net": frozenset(),
    "udn.com": frozenset(),
    "news.sina.com.cn": frozenset(),
    "tech.sina.com.cn": frozenset(),
    "finance.sina.com.cn": frozenset(),
    "www.scmp.com": frozenset(),
    "medium.com": frozenset(),
}
_PORTS = {"http": 80, "https": 443}
_LABELS = ("www.", "m.", "amp.", "mobile.", "wap.", "3g.")
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|shtml|aspx?|jsp)$", re.IGNORECASE)
_AMP = re.compile(r"^/amp(?=/)|(?:/|\.)amp$|\.amp(?=\.html?$)")
_ESCAPED = re.compile(r"^(?:amp;)+")
"""What is left of `&amp;` where a link was escaped twice."""

_AMP_CACHE = re.compile(r"/(?:c|v|wp)/(?:s/)?(.+)", re.DOTALL)


def canonical_url(url: str, base: str | None = None) -> str | None:
    """The address without what tells only how one came by it; None if it is no web page's.

    Query parameters are sorted; the path keeps its letter case; a fragment is kept only where it
    is the address of a page (`#!`, `#/`).
    """
    parts = _split(url, base)
    if parts is None:
        return None
    parts = _without_amp_cache(parts) or parts
    try:
        host = _host(parts.hostname or "")
        port = parts.port
    except ValueError:
        return None
    if not host:
        return None
    scheme = parts.scheme.lower()
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[scheme]:
        netloc += f":{port}"
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    query = _query(parts.query, host)
    return SplitResult(scheme, netloc, _path(parts.path), query, fragment).geturl()


def url_key(url: str) -> str:
    """Equal for two addresses of one page. For comparing only: nobody may fetch it.

    `url` is a canonical one. Scheme, mobile and AMP labels, index files, closing slashes go.
    """
    parts = urlsplit(url)
    path = _AMP.sub("", _INDEX.sub("", parts.path).rstrip("/"))
    key = _bare(parts.netloc) + path
    key += f"?{parts.query}" if parts.query else ""
    return key + (f"#{parts.fragment}" if parts.fragment else "")


def spellings(url: str) -> tuple[str, ...]:
    """Canonical URLs under which the same page may have been stored, the given one first."""
    parts = urlsplit(url)
    bare = _bare(parts.netloc)
    path = _AMP.sub("", parts.path.rstrip("/"))
    found = [url]
    for scheme in ("https", "http"):
        for label in ("", "www.", "m."):
            for ending in ("", "/"):
                spelled = parts._replace(
                    scheme=scheme, netloc=label + bare, path=(path + ending) or "/"
                )
                found.append(spelled.geturl())
    return tuple(dict.fromkeys(found))


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one site, by the last labels of their hosts."""
    left, right = (_bare(urlsplit(url).hostname or "") for url in (one, other))
    return bool(left) and (
        left == right or left.endswith(f".{right}") or right.endswith(f".{left}")
    )


def is_home_page(url: str) -> bool:
    """Whether the address names a site rather than a page of it."""
    parts = urlsplit(url)
    return _INDEX.sub("", parts.path).strip("/") == "" and not parts.query and not parts.fragment


def _split(url: str, base: str | None) -> SplitResult | None:
    # Browsers drop tabs and line ends inside addresses; a backslash is a way to fool parsers.
    url = re.sub(r"[\t\r\n]", "", url).strip().replace("\\", "/")
    try:
        parts = urlsplit(safe_url_string(urljoin(base, url) if base else url))
    except ValueError:
        return None
    return parts if parts.scheme.lower() in _PORTS and parts.netloc else None


def _host(host: str) -> str:
    host = host.rstrip(".").lower()
    if host.isascii():
        return host
    return host.encode("idna").decode("ascii")


def _path(path: str) -> str:
    closing = "/" if path.endswith(("/", "/.", "/..")) else ""
    tidy = posixpath.normpath(re.sub(r"/{2,}", "/", path)) if path else "/"
    tidy = tidy if tidy.startswith("/") else "/"
    # One way of writing each character; %2F stays, because it is not a slash.
    tidy = "%2F".join(
        quote(
            unquote(part, errors="surrogateescape"),
            safe="/:@!$&'()*+,;=~-._",
            errors="surrogateescape",
        )
        for part in re.split("%2[fF]", tidy)
    )
    return tidy if tidy.endswith("/") else tidy + closing


def _query(query: str, host: str) -> str:
    keep = _KEEP.get(host)
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted(
        (name, value)
        for name, value in ((_ESCAPED.sub("", name), value) for name, value in pairs)
        if (name in keep if keep is not None else not _is_tracker(name, value))
    )
    return urlencode(kept, errors="surrogateescape")


def _is_tracker(name: str, value: str) -> bool:
    soft = _SOFT.get(name.lower())
    if soft is not None:
        return soft.fullmatch(value) is not None
    return _TRACKERS.fullmatch(name) is not None


def _without_amp_cache(parts: SplitResult) -> SplitResult | None:
    """The publisher's address inside an AMP cache's, if it is one."""
    host = parts.hostname or ""
    inner = None
    if host.endswith(".cdn.ampproject.org"):
        inner = _AMP_CACHE.fullmatch(parts.path)
    elif _bare(host).startswith("google.") and parts.path.startswith("/amp/"):
        inner = re.fullmatch(r"/amp/(?:s/)?(.+)", parts.path)
    if inner is None:
        return None
    scheme = "https" if "/s/" in parts.path[:8] else "http"
    return _split(f"{scheme}://{inner[1]}" + (f"?{parts.query}" if parts.query else ""), None)


def _bare(netloc: str) -> str:
    for label in _LABELS:
        rest = netloc.removeprefix(label)
        if rest != netloc and "." in rest:
            return rest
    return netloc
