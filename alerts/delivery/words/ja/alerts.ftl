## How far an opening has come.

stage-rumour = うわさ
stage-test = テスト中
stage-announced = 発表済み
stage-live = 提供開始
stage-withdrawn = 撤回

## What is opened.

capability-payment = 決済
capability-links = 外部リンク
capability-miniprogram = ミニプログラム
capability-ads = 広告
capability-transfer = 送金
capability-messaging = メッセージ
capability-meeting = 会議
capability-content = コンテンツ
capability-login = ログイン
capability-data = データ
capability-device = デバイス
capability-regulation = 規制
capability-other = その他

## Names of the languages that articles are in.

language-en = 英語
language-zh = 中国語
language-zh-Hans = 中国語（簡体字）
language-zh-Hant = 中国語（繁体字）
language-ja = 日本語
language-ko = 韓国語
language-de = ドイツ語
language-fr = フランス語
language-es = スペイン語

## Dates. Values come as text, because a year is no quantity.

date-day = { $year }年{ $month }月{ $day }日
date-time = { $date } { $time } ({ $zone })
date-month = { $year }年{ $month }月
date-year = { $year }年
date-range = { $first }～{ $last }
date-by = { $date }まで
date-from = { $date }以降
date-months = 1 2 3 4 5 6 7 8 9 10 11 12

## How a date was read.

how-stated = 本文に明記
how-relative = 本文から算出
how-vague = おおよそ

## The parts of an alert.

alert-comma = 、
alert-anyone = すべての相手
alert-reopened = 再開
alert-now = 現在は
alert-since = { $date }から
alert-undated = 日付の記載なし
alert-disputed = { $outlet }：{ $date }
alert-planned = { $date }に予定
alert-independent = 独立した情報源 { $count } 件
alert-articles = 記事 { $count } 本
alert-coverage = 報道
alert-more = ほか { $count } 件
alert-edited = 編集済み
alert-reply = 以前のメッセージへの返信

## Many events in one message.

bundle-daily = 日刊ダイジェスト
bundle-weekly = 週刊ダイジェスト
bundle-quiet = 通知オフの時間帯に届いた内容
bundle-since = { $date }から
bundle-part = その { $part }
bundle-new = 新規 { $count } 件
bundle-changes = 進展 { $count } 件
bundle-languages = { $count } 言語

## To the owner of a chat that does not let us in.

owner-paused = チャット { $place } に投稿できなくなったため、一時停止しました：
owner-topic = { $chat }（トピック { $topic }）
owner-kept = 通知 { $count } 件を { $days } 日間保管します。投稿を許可したうえで、そこで /start と送ってください。
