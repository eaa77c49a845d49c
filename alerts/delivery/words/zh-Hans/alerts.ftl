## How far an opening has come.

stage-rumour = 传闻
stage-test = 测试
stage-announced = 已宣布
stage-live = 已上线
stage-withdrawn = 已撤回

## What is opened.

capability-payment = 支付
capability-links = 外链
capability-miniprogram = 小程序
capability-ads = 广告
capability-transfer = 转账
capability-messaging = 消息互通
capability-meeting = 会议
capability-content = 内容
capability-login = 登录
capability-data = 数据
capability-device = 设备
capability-regulation = 监管
capability-other = 其他

## Names of the languages that articles are in.

language-en = 英文
language-zh = 中文
language-zh-Hans = 简体中文
language-zh-Hant = 繁体中文
language-ja = 日文
language-ko = 韩文
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
date-from = { $date }或之后
date-months = 1 2 3 4 5 6 7 8 9 10 11 12

## How a date was read.

how-stated = 原文明示
how-relative = 据原文推算
how-vague = 大约

## The parts of an alert.

alert-comma = 、
alert-anyone = 所有人
alert-reopened = 重新开放
alert-now = 现为
alert-since = 自{ $date }起
alert-undated = 未提及日期
alert-disputed = { $outlet }：{ $date }
alert-planned = 计划于{ $date }
alert-independent = { $count } 个独立来源
alert-articles = { $count } 篇报道
alert-coverage = 报道
alert-more = 另有 { $count } 个
alert-edited = 已编辑
alert-reply = 回复之前的消息

## Many events in one message.

bundle-daily = 每日汇总
bundle-weekly = 每周汇总
bundle-quiet = 免打扰时段内的消息
bundle-since = 自{ $date }起
bundle-part = 第 { $part } 部分
bundle-new = 新增 { $count } 项
bundle-changes = 进展 { $count } 项
bundle-languages = { $count } 种语言

## To the owner of a chat that does not let us in.

owner-paused = 我无法再在聊天 { $place } 中发送消息，已暂停：
owner-topic = { $chat }（话题 { $topic }）
owner-kept = 有 { $count } 条提醒会保留 { $days } 天。请重新允许我发言，并在那里发送 /start。
