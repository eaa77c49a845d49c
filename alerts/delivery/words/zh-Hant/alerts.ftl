## How far an opening has come.

stage-rumour = 傳聞
stage-test = 測試
stage-announced = 已宣布
stage-live = 已上線
stage-withdrawn = 已撤回

## What is opened.

capability-payment = 支付
capability-links = 外部連結
capability-miniprogram = 小程式
capability-ads = 廣告
capability-transfer = 轉帳
capability-messaging = 訊息互通
capability-meeting = 會議
capability-content = 內容
capability-login = 登入
capability-data = 資料
capability-device = 裝置
capability-regulation = 監管
capability-other = 其他

## Names of the languages that articles are in.

language-en = 英文
language-zh = 中文
language-zh-Hans = 簡體中文
language-zh-Hant = 繁體中文
language-ja = 日文
language-ko = 韓文
language-de = 德文
language-fr = 法文
language-es = 西班牙文

## Dates. Values come as text, because a year is no quantity.

date-day = { $year }年{ $month }月{ $day }日
date-time = { $date } { $time } ({ $zone })
date-month = { $year }年{ $month }月
date-year = { $year }年
date-range = { $first }至{ $last }
date-by = { $date }或之前
date-from = { $date }或之後
date-months = 1 2 3 4 5 6 7 8 9 10 11 12

## How a date was read.

how-stated = 原文明示
how-relative = 據原文推算
how-vague = 大約

## The parts of an alert.

alert-comma = 、
alert-anyone = 所有人
alert-reopened = 重新開放
alert-now = 現為
alert-since = 自{ $date }起
alert-undated = 未提及日期
alert-disputed = { $outlet }：{ $date }
alert-planned = 計劃於{ $date }
alert-independent = { $count } 個獨立來源
alert-articles = { $count } 篇報導
alert-coverage = 報導
alert-more = 另有 { $count } 個
alert-edited = 已編輯
alert-reply = 回覆先前的訊息

## Many events in one message.

bundle-daily = 每日彙整
bundle-weekly = 每週彙整
bundle-quiet = 勿擾時段內的訊息
bundle-since = 自{ $date }起
bundle-part = 第 { $part } 部分
bundle-new = 新增 { $count } 項
bundle-changes = 進展 { $count } 項
bundle-languages = { $count } 種語言

## To the owner of a chat that does not let us in.

owner-paused = 我無法再在聊天 { $place } 中傳送訊息，已暫停：
owner-topic = { $chat }（主題 { $topic }）
owner-kept = 有 { $count } 則提醒會保留 { $days } 天。請重新允許我發言，並在那裡傳送 /start。
